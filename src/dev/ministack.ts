import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { builtOnce } from './cached.ts';
import { versionAt } from './http.ts';
import type { PartKind, Site } from './part.ts';
import { StackError } from './stack-error.ts';
import { onPath, run } from './tool.ts';

/** 1.5.33 has S3 versioning and conditional writes with one winner in a race; others were not measured. */
const VERSION = '1.5.33';

export const aws: PartKind = {
  name: 'aws',
  given: 'AWS_ENDPOINT_URL',
  passed: ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ports: ['aws'],
  startsWithinMs: 60_000,

  async prepare(site) {
    const python = await pythonOf(site);
    const packages = await installed(python, site);
    const data = join(site.stateDir, 'aws');
    for (const folder of ['s3', 'state', 'tmp']) await mkdir(join(data, folder), { recursive: true });
    const env = {
      PYTHONPATH: packages,
      PYTHONUNBUFFERED: '1',
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(site.ports.aws),
      MINISTACK_REGION: 'us-east-1',
      MINISTACK_VERSION: VERSION,
      SERVICES: 's3,sqs,kinesis,dynamodb,sts',
      // Objects are written as they come; versions, queues and tables only when it is stopped with SIGTERM.
      S3_PERSIST: '1',
      S3_DATA_DIR: join(data, 's3'),
      PERSIST_STATE: '1',
      STATE_DIR: join(data, 'state'),
      // Its pid file is named by the port alone: two users' stacks would meet in /tmp.
      TMPDIR: join(data, 'tmp'),
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      // It removes containers of earlier runs at start; there are none of ours, and Docker is none of our business.
      DOCKER_HOST: 'unix:///nonexistent/docker.sock',
      LOG_LEVEL: 'WARNING',
    };
    const how = { command: python, args: ['-m', 'ministack'], env, cwd: data, stopSignal: 'SIGTERM' } as const;
    return { how: { ...how, args: [...how.args] }, origin: `ministack ${VERSION} from PyPI` };
  },

  env: ({ ports }) => ({
    AWS_ENDPOINT_URL: `http://127.0.0.1:${ports.aws}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }),

  address: (env) => env['AWS_ENDPOINT_URL'] ?? '',

  async probe(env, started) {
    const base = env['AWS_ENDPOINT_URL'] ?? '';
    if (started) return (await versionAt(`${base}/_ministack/health`)) ?? VERSION;
    await fetch(base, { signal: AbortSignal.timeout(5_000) }); // any answer will do: without credentials it is a refusal
    return 'as given';
  },
};

async function pythonOf(site: Site): Promise<string> {
  const python = onPath('python3', site.env);
  const missing =
    'MiniStack (S3 on this machine) needs Python 3 with pip: install python3 and python3-pip, or set AWS_ENDPOINT_URL.';
  if (!python) throw new StackError(missing);
  try {
    // The real one behind shims such as pyenv's, which are shell scripts and slow.
    return (await run(python, ['-c', 'import sys; print(sys.executable)'], { env: site.env })).trim();
  } catch (cause) {
    throw new StackError(missing, { cause });
  }
}

function installed(python: string, site: Site): Promise<string> {
  const build = async (partial: string) => {
    try {
      await run(python, ['-m', 'pip', '--version'], { env: site.env });
    } catch (cause) {
      throw new StackError(`${python} has no pip: install python3-pip, or set AWS_ENDPOINT_URL.`, { cause });
    }
    site.onProgress(`aws: installing ministack ${VERSION} from PyPI, once`);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', '--target', partial, `ministack==${VERSION}`], {
      env: { ...site.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' },
      onTick: (seconds) => site.onProgress(`aws: installing for ${seconds} s`),
    });
  };
  return builtOnce(
    join(site.cacheDir, `ministack-${VERSION}`),
    join('ministack', '__main__.py'),
    build,
    site.onProgress,
  );
}
