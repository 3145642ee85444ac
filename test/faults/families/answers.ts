import type { Fault, FaultReport } from '../../../src/dev/simulators/control.ts';
import { PIPELINES } from '../../../src/pipelines/index.ts';
import { begin, cast, ended, messageOf } from '../bring.ts';
import type { Course } from '../courses/course.ts';
import { requestsOf, type Request } from '../courses/requests.ts';
import type { Family } from '../family.ts';
import { objectProxy } from '../object-proxy.ts';
import type { Score } from '../score.ts';
import type { Stage, WorkerKind } from '../stage.ts';

/** Whoever can be told what to do with requests. */
interface Side {
  faults(list: readonly Fault[]): Promise<FaultReport[]>;
  faultReport(): Promise<FaultReport[]>;
}
type Sides = Readonly<Record<Request['side'], Side>>;

/** Twice, because the payment provider's client sends once more by itself. */
const LOST = { times: 2 };
/** The client gives up after ten seconds. */
const LATE = { ms: 11_000 };
const QUICK = {
  'request-lost': { kind: 'lose-request', ...LOST },
  'answer-lost': { kind: 'lose-answer', ...LOST },
  'request-doubled': { kind: 'double-request' },
  'error-before': { kind: 'fail-before', status: 503 },
  'error-midway': { kind: 'fail-midway' },
  'error-after': { kind: 'fail-after' },
} as const satisfies Record<string, Fault>;
const SLOW = {
  'request-late': { kind: 'delay', ...LATE },
  'answer-late': { kind: 'delay-answer', ...LATE },
} as const satisfies Record<string, Fault>;

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly fault: Fault;
  readonly request: Request;
  readonly course: Course;
}

/** What may become of a request and its answer on the way, for every request of every remote activity. */
export function answers(): Family {
  const name = 'answers';
  const all: Case[] = requestsOf(PIPELINES).flatMap(({ id, course, ...request }) =>
    Object.entries({ ...QUICK, ...SLOW }).map(([kind, fault]) => ({
      id: `${name}/${id}/${kind}`,
      kind,
      fault: { ...fault, on: request.on },
      request,
      course,
    })),
  );
  return {
    name,
    breaks:
      'a request or its answer is lost, comes late (after its sender has given up) or twice, or is answered with an error before, in the midst of, or after its effect',
    cases: all.map(({ id }) => id),
    async play(stage, chosen, score) {
      const objects = await objectProxy(stage.env['AWS_ENDPOINT_URL']!);
      const sides: Sides = { payments: stage.payments, carrier: stage.carrier, rail: stage.rail, objects };
      const cases = all.filter(({ id }) => chosen.has(id));
      const served = (each: Case): WorkerKind => each.course.worker ?? 'product';
      try {
        for (const kind of ['product', 'sales'] as const) {
          const mine = cases.filter((each) => served(each) === kind);
          if (mine.length === 0) continue;
          await stage.worker({ kind, env: { AWS_ENDPOINT_URL: objects.url } });
          for (const each of mine.filter((one) => one.kind in QUICK)) await play(stage, sides, [each], score);
          // Side by side: each is hit by the first that comes to it.
          for (const slow of Object.keys(SLOW))
            await play(
              stage,
              sides,
              mine.filter((each) => each.kind === slow),
              score,
            );
          await stage.rest();
        }
      } finally {
        for (const side of Object.values(sides)) await side.faults([]);
        objects.close();
      }
    },
  };
}

async function play(stage: Stage, sides: Sides, cases: readonly Case[], score: Score): Promise<void> {
  const runs = await Promise.all(cases.map(({ id, course, request }) => cast(stage, id, course, score, request.or)));
  for (const [name, side] of Object.entries(sides))
    await side.faults(cases.filter(({ request }) => request.side === name).map(({ fault }) => fault));
  await Promise.all(
    runs.map((run) => begin(stage, run).catch((error: unknown) => score.wrong(run.id, messageOf(error)))),
  );
  await ended(stage, runs, score);
  const reports = (await Promise.all(Object.values(sides).map((side) => side.faultReport()))).flat();
  for (const { id, fault } of cases)
    if (reports.some(({ on, fired }) => on === fault.on && fired > 0)) score.reached(id);
}
