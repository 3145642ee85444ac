import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { importActivities } from '../src/activities/reconciliation/imports.ts';
import { readConfig } from '../src/config.ts';
import * as contracts from '../src/contracts/reconciliation.ts';
import { madeSides } from '../src/domain/matching/made.ts';
import type { Item } from '../src/domain/matching/model.ts';
import { readStatements } from '../src/domain/statements/read.ts';
import { decimalOf } from '../src/domain/statements/minor.ts';
import { bind } from '../src/kit/effects/bind.ts';
import { sha256 } from '../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../src/kit/effects/postgres.ts';
import { attempt } from '../src/kit/testing/attempt.ts';
import { Services } from '../src/services.ts';
import { commandLine, inProcess } from './command.ts';
import { withStack } from './stack.ts';

const USAGE = `What it takes to reconcile a year of an account, 100,000 entries on each side: the file as camt.053 in the object store,
the ledger in Postgres. Each stage as a worker does it, once, in a process of its own; reading is also done alone.

  npm run -s bench:reconciliation -- --entries 30000
  npm run -s bench:reconciliation -- --json
`;
const ACCOUNT = 'nostro';
const SEED = 1;

interface Stage {
  readonly stage: string;
  readonly ms: number;
  /** Of the processor, all threads. */
  readonly cpuMs: number;
  /** The most that the process has had by now. */
  readonly peakMb: number;
  readonly found: string;
}

/** The bank's side as it sends it. */
function camtOf(items: readonly Item[]): string {
  const amount = (minor: bigint): string =>
    `<Amt Ccy="EUR">${decimalOf(minor < 0n ? -minor : minor, 'EUR')}</Amt><CdtDbtInd>${minor < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;
  const balance = (type: string, minor: bigint, day: string): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp>${amount(minor)}<Dt><Dt>${day}</Dt></Dt></Bal>`;
  const date = (name: string, day: string): string => `<${name}><Dt>${day}</Dt></${name}>`;
  const entry = ({ amountMinor, date: day, references, id }: Item): string =>
    `<Ntry>${amount(amountMinor)}<Sts><Cd>BOOK</Cd></Sts>${date('BookgDt', day)}${date('ValDt', day)}<AcctSvcrRef>${id}</AcctSvcrRef>` +
    `<BkTxCd><Prtry><Cd>166</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>${references[0]}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n`;
  const moved = items.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  return (
    '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>' +
    '<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-01-05T06:00:00Z</CreDtTm></GrpHdr><Stmt><Id>YEAR</Id><CreDtTm>2026-01-05T06:00:00Z</CreDtTm>' +
    `<Acct><Id><Othr><Id>${ACCOUNT}</Id></Othr></Id><Ccy>EUR</Ccy></Acct>${balance('OPBD', 0n, '2024-12-31')}` +
    `${balance('CLBD', moved, '2026-01-05')}${items.map(entry).join('')}</Stmt></BkToCstmrStmt></Document>`
  );
}

/** The ledger's side: a transaction an item, mirrored, of which the reference is the second part of its id. */
async function book({ database }: Services, items: readonly Item[]): Promise<void> {
  await database.query(
    `insert into ledger.accounts (account_id, currency, minimum_minor) values ($1, 'EUR', null), ('others', 'EUR', null)`,
    [ACCOUNT],
  );
  const seen = new Map<string, number>();
  const idOf = ({ references: [reference = ''] }: Item): string => {
    const n = (seen.get(reference) ?? 0) + 1;
    seen.set(reference, n);
    return `transfers/${reference.replaceAll('/', '-')}/${n}`;
  };
  const CHUNK = 2_000; // a transaction's sum is looked at when it is committed
  for (let at = 0; at < items.length; at += CHUNK) {
    const some = items.slice(at, at + CHUNK);
    await database.query(
      `with made as (select * from unnest($1::text[], $2::bigint[], $3::timestamptz[]) as of (id, minor, at)),
            booked as (insert into ledger.transactions select id, 'transfer', null, at from made)
       insert into ledger.entries
       select id, 1, $4, 'EUR', -minor from made union all select id, 2, 'others', 'EUR', minor from made`,
      [some.map(idOf), some.map(({ amountMinor }) => String(amountMinor)), some.map(({ date }) => `${date}T12:00:00Z`), ACCOUNT], // prettier-ignore
    );
  }
}

/** In a process of its own, which has not made the sides. */
async function work(file: contracts.StatementFile): Promise<Stage[]> {
  const config = readConfig(process.env);
  const services = new Services(config);
  const { database, s3 } = services;
  const binding = {
    pipeline: 'bench',
    store: new PostgresStore(database),
    fingerprint: sha256,
    clock: () => new Date(),
    observe: () => undefined,
    log: () => undefined,
  };
  const bound = bind(contracts, importActivities(s3, config.EVENKEEL_S3_BUCKET, database), binding);
  const stages: Stage[] = [];
  const measured = async <T>(stage: string, does: () => Promise<T>, told: (found: T) => string): Promise<T> => {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const found = await does();
    const { user, system } = process.cpuUsage(before);
    stages.push({
      stage,
      ms: Math.round(performance.now() - began),
      cpuMs: Math.round((user + system) / 1_000),
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
      found: told(found),
    });
    return found;
  };
  const at = { Bucket: config.EVENKEEL_S3_BUCKET, Key: contracts.pathOfFile(file.sha256) };
  await measured(
    'read alone',
    async () => {
      const { Body } = await s3.send(new GetObjectCommand(at));
      let entries = 0;
      for await (const { event } of readStatements(Body as AsyncIterable<Uint8Array>))
        if (event === 'entry') entries += 1;
      return entries;
    },
    (entries) => `${entries} entries`,
  );
  await measured(
    'load',
    () => attempt(bound, 'loadStatements', file) as Promise<unknown> as Promise<{ entries: number }>,
    ({ entries }) => `${entries} entries`,
  );
  const { results } = await measured(
    'compare',
    () =>
      attempt(bound, 'reconcileAccount', { fileRef: file.fileRef, account: ACCOUNT }) as Promise<unknown> as Promise<{
        results: { period: string; n: number }[];
        breaks: number;
      }>,
    (found) => `${found.results.length} months, ${found.breaks} breaks`,
  );
  await measured(
    'publish',
    async () => {
      for (const result of results) await attempt(bound, 'publishResult', { account: ACCOUNT, ...result });
    },
    () => `${results.length} versions`,
  );
  await services.close();
  return stages;
}

async function main(): Promise<void> {
  const { terminal, numbers } = commandLine(USAGE, { entries: 100_000 });
  await withStack(async (env) => {
    const services = new Services(readConfig(env));
    const { statement, ledger } = madeSides(SEED, numbers.entries);
    await book(services, ledger);
    const bytes = Buffer.from(camtOf(statement));
    const digest = createHash('sha256').update(bytes).digest('hex');
    const Key = contracts.pathOfFile(digest);
    await services.s3.send(new PutObjectCommand({ Bucket: env['EVENKEEL_S3_BUCKET']!, Key, Body: bytes }));
    await services.close();
    const file: contracts.StatementFile = { fileRef: digest, sha256: digest, bytes: bytes.length };
    const stages = await inProcess<Stage[]>(import.meta.url, ['work', JSON.stringify(file)], { env });
    terminal.results(
      stages,
      [
        ['stage', ({ stage }) => stage],
        ['seconds', ({ ms }) => (ms / 1_000).toFixed(1)],
        ['CPU seconds', ({ cpuMs }) => (cpuMs / 1_000).toFixed(1)],
        ['peak MB', ({ peakMb }) => String(peakMb)],
        ['found', ({ found }) => found],
      ],
      '',
    );
  });
}

if (process.argv[2] === 'work')
  process.send!(await work(JSON.parse(process.argv[3]!) as contracts.StatementFile), () => process.exit(0));
else await main();
