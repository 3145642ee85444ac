import assert from 'node:assert/strict';
import { verifyAudit, type AuditFault } from '../../../src/kit/effects/audit.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { ContractViolation } from '../../../src/kit/effects/errors.ts';
import { keyedFingerprint, sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { start } from '../../../src/kit/intake/start.ts';
import { sweep } from '../../../src/kit/intake/sweeper.ts';
import { PIPELINES } from '../../../src/pipelines/index.ts';
import { patientKey } from '../../../src/services.ts';
import { begin, cast, ended, messageOf, type Cast, type Standing } from '../bring.ts';
import { redriveRun, terminate } from '../courses/course.ts';
import { courseTo } from '../courses/index.ts';
import type { Family } from '../family.ts';
import type { Stage } from '../stage.ts';
import { atItsEnd, stopOf, type Stand } from '../stands.ts';
import { goOn, MANY, whileStanding } from './while-standing.ts';

/** What is edited of a key: its row in `kit.effects`, or its last entry in `kit.audit`; and what is found then. */
const PLACES: Readonly<
  Record<string, { table: 'effects' | 'audit'; column: string; to: string; fault: AuditFault['fault'] }>
> = {
  'effects.outcome': { table: 'effects', column: 'outcome', to: `'{"applied": {"edited": true}}'`, fault: 'outcome' },
  'effects.state': {
    table: 'effects',
    column: 'state',
    to: `case state when 'burned' then 'applied' else 'burned' end`,
    fault: 'outcome',
  },
  'effects.fingerprint': { table: 'effects', column: 'fingerprint', to: `repeat('0', 64)`, fault: 'outcome' },
  'audit.entry': { table: 'audit', column: 'entry', to: `replace(entry, '"actor":"', '"actor":"not ')`, fault: 'hash' },
};

/** Of every step of every course; at the end, so that people have done their part before. */
export const editEffect = (stands: readonly Stand[]): Family =>
  whileStanding(
    'edit',
    'the outcome, state or fingerprint of an effect is edited in the database, or its audit entry: the audit names exactly that entry of exactly that chain',
    atItsEnd(stands.filter(({ contract }) => !contract.reads)).flatMap((stand) =>
      Object.keys(PLACES).map((place) => ({ ...stand, id: `${stand.id}/${place}` })),
    ),
    async (stage, held, score) => {
      goOn(held);
      await ended(stage, held.standing, score);
      for (const each of held.standing)
        await edited(stage, each).catch((error: unknown) => score.wrong(each.id, messageOf(error)));
      return held.worker;
    },
    MANY,
  );

/** Edits the place that the case is named for, has the audit say what it finds, and puts back what was there. */
async function edited(stage: Stage, { id, stand, run }: Standing): Promise<void> {
  const { database } = stage;
  const { table, column, to, fault } = PLACES[id.slice(id.lastIndexOf('/') + 1)]!;
  const key = stopOf(stand, run).key!;
  const subject = run.workflowId;
  const [last] = await database.query<{ n: number; was: unknown }>(
    `select a.n::int, ${table === 'audit' ? 'a' : 'e'}.${column} as was from kit.audit a join kit.effects e using (key)
     where key = $1 and subject = $2 order by a.n desc limit 1`,
    [key, subject],
  );
  const { n, was } = last!;
  const at = table === 'audit' ? `key = $1 and n = ${n}` : 'key = $1';
  await database.query(`update kit.${table} set ${column} = ${to} where ${at}`, [key]);
  const found = await faultsIn(stage, subject);
  const before = column === 'outcome' ? JSON.stringify(was) : was;
  await database.query(`update kit.${table} set ${column} = $2 where ${at}`, [key, before]);
  assert.deepEqual(found, [{ subject, n, key, fault }]);
  assert.deepEqual(await faultsIn(stage, subject), [], 'what was there is put back');
}

async function faultsIn({ database, services }: Stage, subject: string): Promise<readonly AuditFault[]> {
  const fingerprints = [sha256, keyedFingerprint(patientKey(services.config))];
  return (await verifyAudit(database, fingerprints, { subject })).faults;
}

/** The payload that the inbox keeps, of something that was received and not started, and of a run that was terminated. */
export function editPayload(): Family {
  const name = 'edit-payload';
  const all = PIPELINES.flatMap(({ starts }) => starts).flatMap((pipeline) =>
    (['received', 'terminated'] as const).map((when) => ({
      id: `${name}/${pipeline.name}/${pipeline.workflow}/${when}`,
      when,
      course: courseTo(pipeline, 'completed')!,
    })),
  );
  return {
    name,
    breaks:
      'the payload that the inbox keeps is edited: of what was received and not started yet the sweeper says that it failed, and a redrive of what was terminated is refused; put back, both go on',
    cases: all.map(({ id }) => id),
    async play(stage, chosen, score) {
      const casts: Cast[] = [];
      const mine = all.filter((each) => chosen.has(each.id));
      const maker = await stage.worker(); // some need that another run has ended
      for (const { id, course } of mine) casts.push(await cast(stage, id, course, score));
      await stage.drain(maker);
      for (const [i, { id, when }] of mine.entries()) {
        const made = casts[i]!;
        await (when === 'received' ? receivedAndSwept : terminatedAndRedriven)(stage, made)
          .then(() => score.reached(id))
          .catch((error: unknown) => score.wrong(id, messageOf(error)));
      }
      await stage.worker();
      await ended(stage, casts, score);
    },
  };
}

async function receivedAndSwept(stage: Stage, { run, payload }: Cast): Promise<void> {
  const { pipeline } = run.course;
  const starter = await stage.services.starter(pipeline);
  const unreachable = { workflow: { start: () => Promise.reject(new Error('unreachable')) } } as never;
  stage.delivered.add(run.workflowId);
  await assert.rejects(start({ ...starter, client: unreachable }, pipeline, payload), /unreachable/);
  const later = { ...starter, clock: () => new Date(starter.clock().getTime() + GRACE_MS) };
  const restore = await editedPayload(stage.database, run.workflowId);
  assert.deepEqual((await sweep(later, [pipeline])).failed, [`${run.workflowId}: ContractViolation`]);
  await restore();
  assert.deepEqual((await sweep(later, [pipeline])).started, [run.workflowId]);
}

async function terminatedAndRedriven(stage: Stage, made: Cast): Promise<void> {
  const { run } = made;
  await begin(stage, made);
  await terminate(stage, run);
  const restore = await editedPayload(stage.database, run.workflowId);
  await assert.rejects(redriveRun(stage, run), ContractViolation);
  await restore();
  assert.equal((await redriveRun(stage, run)).redrive, 'redriven');
}

/** Longer than what was just received is left to whoever received it. */
const GRACE_MS = 11_000;

/** Edits what is kept, sealed or not; gives what puts it back. */
async function editedPayload(database: Database, workflowId: string): Promise<() => Promise<void>> {
  const [kept] = await database.query<{ payload: object }>('select payload from kit.inbox where workflow_id = $1', [
    workflowId,
  ]);
  await database.query(
    `update kit.inbox set payload = case when payload ? 'sealed'
       then jsonb_set(payload, '{sealed}', to_jsonb(overlay(payload->>'sealed' placing 'edited' from 40)))
       else payload || '{"edited": true}' end where workflow_id = $1`,
    [workflowId],
  );
  return async () => {
    await database.query('update kit.inbox set payload = $2 where workflow_id = $1', [
      workflowId,
      JSON.stringify(kept!.payload),
    ]);
  };
}
