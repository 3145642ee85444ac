import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

const MAX_BODY_BYTES = 1024 * 1024;
const KEEP_ALIVE_MS = 3_600_000;

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** No answer at all: the connection is broken. */
export const LOST = Symbol('lost');

export interface Listener {
  url: string;
  close(): Promise<void>;
}

/** `port` 0 takes a free one. An error of `handle` is answered with 500 and its message. */
export async function listen(
  host: string,
  port: number,
  handle: (request: Request) => Promise<Answer | typeof LOST>,
): Promise<Listener> {
  const server = createServer((incoming, response) => {
    void serve(incoming, response, handle);
  });
  // An idle connection is never closed under a client: by default, after 5 s, that loses requests nobody asked to lose.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return { url: `http://${host}:${address.port}`, close: () => stop(server) };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Answer | typeof LOST>,
): Promise<void> {
  // A sender that goes away does not stop a request that has been read: nor does it at a provider.
  response.on('error', () => undefined);
  try {
    const body = await readBody(incoming);
    if (body === undefined) {
      response.once('finish', () => incoming.destroy());
      send(response, { status: 413, body: { message: 'body over 1 MiB' }, headers: { Connection: 'close' } });
      return;
    }
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const { method = 'GET', headers } = incoming;
    const answer = await handle({ method, path: pathname, query: searchParams, headers, body });
    if (answer === LOST) incoming.socket.destroy();
    else send(response, answer);
  } catch (error) {
    send(response, { status: 500, body: { message: error instanceof Error ? error.message : 'unknown error' } });
  }
}

/** The whole body, or undefined when there is too much of it. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      incoming.pause();
      resolve(undefined);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    incoming.on('error', reject);
  });
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
