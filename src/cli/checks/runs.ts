import { Evenkeel } from '../../index.ts';
import { latestOf } from '../../kit/intake/execution.ts';
import type { Services } from '../../services.ts';
import { runsOf, STUCK } from '../visibility.ts';
import type { Finding } from './finding.ts';

/** At most this many runs are looked at one by one. */
const LOOKED_AT = 200;
const NAMED = 5;

/** What waits for somebody: keys in doubt, stuck keys, runs that nobody started, runs that are gone. */
export async function runFindings(services: Services): Promise<readonly Finding[]> {
  return [await inDoubt(services), await stuck(services), await unstarted(services), await lost(services)];
}

/** A call that is under way is `intended` too, for as long as an attempt takes: a minute at most. */
async function inDoubt({ database }: Services): Promise<Finding> {
  const rows = await database.query<{ key: string; n: string }>(
    `select key, count(*) over () as n from kit.effects
     where state = 'intended' and intended_at < now() - interval '1 minute' order by intended_at limit ${NAMED}`,
  );
  return counted(
    'in doubt',
    'keys',
    Number(rows[0]?.n ?? 0),
    rows.map(({ key }) => key),
    'evenkeel effects KEY',
  );
}

async function stuck(services: Services): Promise<Finding> {
  const client = await services.client();
  const evenkeel = new Evenkeel(services);
  const keys: string[] = [];
  let looked = 0;
  for await (const { workflowId } of runsOf(client, STUCK)) {
    if (++looked > LOOKED_AT) break;
    const { waits, progress } = await evenkeel.show(workflowId);
    keys.push(...(progress === null ? [workflowId] : waits.map(({ key }) => key)));
  }
  return counted('stuck', 'keys', keys.length, keys, 'evenkeel list --stuck, then show and resolve');
}

async function unstarted({ database }: Services): Promise<Finding> {
  const rows = await database.query<{ id: string; n: string }>(
    `select workflow_id as id, count(*) over () as n from kit.inbox
     where state = 'received' and received_at < now() - interval '1 minute' order by received_at limit ${NAMED}`,
  );
  return counted(
    'not started',
    'runs',
    Number(rows[0]?.n ?? 0),
    rows.map(({ id }) => id),
    'evenkeel worker: it sweeps them up',
  );
}

/** The longest unheard of first: those are looked at, and a large backlog of healthy runs is not. */
async function lost(services: Services): Promise<Finding> {
  const client = await services.client();
  const rows = await services.database.query<{ id: string }>(
    `select workflow_id as id from kit.inbox
     where state = 'started' and received_at < now() - interval '5 minutes' order by received_at limit ${LOOKED_AT}`,
  );
  const gone: string[] = [];
  for (const { id } of rows) if (!(await latestOf(client, id))?.open) gone.push(id);
  return counted('lost', 'runs', gone.length, gone, 'evenkeel redrive --lost --actor YOU --reason WHY');
}

function counted(check: string, unit: string, n: number, examples: readonly string[], todo: string): Finding {
  if (n === 0) return { check, state: 'ok', says: `no ${unit}` };
  const named = examples.slice(0, NAMED).join(', ');
  return { check, state: 'wrong', says: `${n} ${unit}: ${named}${n > NAMED ? ', …' : ''}`, todo };
}
