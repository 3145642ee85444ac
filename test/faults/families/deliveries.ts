import assert from 'node:assert/strict';
import { patients } from '../../../src/contracts/patients.ts';
import { Conflict } from '../../../src/kit/effects/errors.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import { PIPELINES } from '../../../src/pipelines/index.ts';
import { begin, cast, ended, messageOf, type Cast } from '../bring.ts';
import { courseTo } from '../courses/index.ts';
import type { End } from '../courses/course.ts';
import { dayOf, older, versionOf } from '../courses/patients.ts';
import type { Family } from '../family.ts';
import type { Score } from '../score.ts';
import type { Stage } from '../stage.ts';

/** Another payload under the same business id. */
const OTHER: Readonly<Record<string, (payload: object) => object>> = {
  fulfilOrder: (order) => ({ ...order, charges: [] }),
  transferFunds: (transfer) => ({ ...transfer, amountMinor: '1' }),
  reserveFunds: (reservation) => ({ ...reservation, amountMinor: '1' }),
  returnTransfer: (news) => ({ ...news, amountMinor: '1' }),
  importStatements: (file) => ({ ...file, bytes: 1 }),
  decideReconciliation: (decision) => ({ ...decision, reason: 'for another reason' }),
  checkBooks: (tick) => ({ ...tick, of: 'another time' }), // a tick is its own id
  collectOrphans: (tick) => ({ ...tick, of: 'another time' }),
  integratePatient: (version) => ({ ...version, resource: { resourceType: 'Patient', gender: 'unknown' } }),
};

const KINDS = ['twice-at-once', 'again-after-the-end', 'other-payload', 'other-payload-after-the-end'] as const;

/** Workflows of which nobody said what another payload is. */
export const withoutOther = (pipelines: typeof PIPELINES): string[] =>
  pipelines
    .flatMap(({ starts }) => starts)
    .filter(({ workflow }) => OTHER[workflow] === undefined)
    .map(({ workflow }) => `nobody said what another payload of ${workflow} is (OTHER)`);

export function deliveries(): Family {
  const name = 'deliveries';
  const all = PIPELINES.flatMap(({ starts }) => starts).flatMap((pipeline) =>
    KINDS.map((kind) => ({
      id: `${name}/${pipeline.name}/${pipeline.workflow}/${kind}`,
      kind,
      course: courseTo(pipeline, 'completed')!,
    })),
  );
  const versions = `${name}/${patients.name}/${patients.workflow}/two-versions-at-once`;
  const reordered = `${name}/${patients.name}/${patients.workflow}/two-versions-reordered`;
  return {
    name,
    breaks:
      'something is delivered twice at the same moment by two processes, again after its end, or with another payload; two versions of a patient come at once, or in the wrong order',
    cases: [...all.map(({ id }) => id), versions, reordered],
    async play(stage, chosen, score) {
      const casts: Cast[] = [];
      const maker = await stage.worker(); // some need that another run has ended
      for (const { id, course } of all) if (chosen.has(id)) casts.push(await cast(stage, id, course, score));
      await stage.drain(maker);
      const of = (kind: (typeof KINDS)[number]): Cast[] => casts.filter(({ id }) => id.endsWith(`/${kind}`));

      // While nobody works on them, so that they are open.
      await twiceAtOnce(stage, of('twice-at-once'), score);
      for (const each of casts.filter(({ id }) => !id.endsWith('/twice-at-once'))) await begin(stage, each);
      for (const each of of('other-payload')) await conflicts(stage, each, score);
      const two = chosen.has(versions) ? await twoVersions(stage, versions, score) : [];

      await stage.worker();
      await ended(stage, [...casts, ...two], score);
      for (const each of of('again-after-the-end')) await answeredWithItsFate(stage, each, score);
      for (const each of of('other-payload-after-the-end')) await conflicts(stage, each, score);
      if (two.length > 0) await newestStands(stage, two[0]!, score);
      if (chosen.has(reordered)) {
        const late = await cast(stage, reordered, older, score); // the newer one has ended when this is there
        await begin(stage, late);
        await ended(stage, [late], score);
        await newestStands(stage, late, score);
      }
    },
  };
}

const check = (id: string, score: Score, act: () => Promise<void>): Promise<void> =>
  act().then(
    () => score.reached(id),
    (error: unknown) => score.wrong(id, messageOf(error)),
  );

const deliverTwice = (stage: Stage, casts: readonly Cast[]): Promise<[string, string][]> =>
  stage.twice({
    does: 'start',
    with: casts.map(({ run: { course, workflowId }, payload }) => ({
      workflow: course.pipeline.workflow,
      workflowId,
      payload: payload as Json,
    })),
  });

/** One of the two has started it, and the other is told so. */
async function twiceAtOnce(stage: Stage, casts: readonly Cast[], score: Score): Promise<void> {
  if (casts.length === 0) return;
  const came = await deliverTwice(stage, casts);
  for (const [i, { id }] of casts.entries())
    await check(id, score, async () => assert.deepEqual(came[i]!.toSorted(), ['attached', 'started']));
}

const answeredWithItsFate = (stage: Stage, { id, run, payload }: Cast, score: Score): Promise<void> =>
  check(id, score, async () => {
    const answer = await stage.start(run.course.pipeline, payload);
    assert.deepEqual('fate' in answer && [answer.fate, answer.reason], [run.course.fate, run.course.reason]);
  });

const conflicts = (stage: Stage, { id, run, payload }: Cast, score: Score): Promise<void> =>
  check(id, score, () => {
    const { pipeline } = run.course;
    return assert.rejects(stage.start(pipeline, OTHER[pipeline.workflow]!(payload as object)), Conflict);
  });

/** Two versions of one patient; the older one may come too late. */
async function twoVersions(stage: Stage, id: string, score: Score): Promise<Cast[]> {
  const who = stage.businessId();
  const late: End = { fate: 'compensated', reason: 'NewerVersionThere' };
  const casts = [
    await cast(stage, id, versionOf(who, 1), score, [late]),
    await cast(stage, id, versionOf(who, 2), score),
  ];
  await deliverTwice(stage, casts);
  return casts;
}

const newestStands = (stage: Stage, { id, run }: Cast, score: Score): Promise<void> =>
  check(id, score, async () => {
    const [latest] = await stage.database.query<{ last_updated: Date }>(
      'select last_updated from patients.versions where patient_ref = $1 order by version desc limit 1',
      [run.ids['patientRef']],
    );
    assert.equal(latest?.last_updated.toISOString(), dayOf(2));
  });
