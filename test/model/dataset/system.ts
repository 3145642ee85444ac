import { z } from 'zod';
import { activity, undo } from '../../../src/kit/contract/activity.ts';
import { MadeVersion } from '../../../src/kit/contract/dataset.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import { bind, command } from '../../../src/kit/effects/bind.ts';
import { datasetOnce } from '../../../src/kit/effects/dataset/index.ts';
import { rollBack, rollBackBody } from '../../../src/kit/effects/dataset/rollback.ts';
import { Version, versionsOf } from '../../../src/kit/effects/dataset/version.ts';
import { failureOf } from '../../../src/kit/effects/failure.ts';
import { attempt, cameOf, short } from '../../../src/kit/testing/attempt.ts';
import { MemoryStore } from '../../../src/kit/testing/memory-store.ts';
import { bindingOn } from '../../support/bound.ts';
import { MemoryS3, type Line } from '../../support/memory-s3.ts';

const bounds = {
  input: z.object({ report: z.string(), expected: z.int().optional() }),
  attempt: '15s',
  within: '7 days',
} as const;
const unpublish = undo('unpublish', { ...bounds, key: ({ report }) => `${report}/undo`, errors: {}, remote: 'keyed' });
const publish = activity('publish', {
  ...bounds,
  output: MadeVersion,
  key: ({ report }) => report,
  errors: { Superseded: 'refused' },
  remote: 'probeable',
  undo: unpublish,
});

export type Act =
  | { readonly do: 'publish' | 'undo'; readonly report: string; readonly expected?: number }
  | { readonly do: 'roll back'; readonly id: string; readonly to: number; readonly even: boolean };

/** One dataset in a bucket and a store in memory, in which attempts are made over lines of their own. */
export class System {
  readonly s3 = new MemoryS3();
  readonly #store = new MemoryStore();

  async attempt(act: Act, line: Line): Promise<Json> {
    const s3 = this.s3.client(line);
    const binding = bindingOn(this.#store);
    if (act.do === 'roll back') {
      const input = {
        dataset: 'd',
        id: act.id,
        to: act.to,
        actor: 'ann',
        reason: 'test',
        ...(act.even ? { evenIfSuperseded: true as const } : {}),
      };
      const done = command(rollBack, rollBackBody(s3, 'b'), binding, 'datasets/d', input);
      return done.then(
        ({ value }) => value,
        (error: unknown) => failureOf(error).type!,
      );
    }
    const bodies = datasetOnce(
      s3,
      'b',
      ({ report, expected }: { report: string; expected?: number | undefined }) => ({
        dataset: 'd',
        source: report,
        expected,
      }),
      (report) => Promise.resolve([{ name: 'report.txt', contentType: 'text/plain', body: report }]),
    );
    const bound = bind({ publish, unpublish }, bodies, binding);
    const { report, expected } = act;
    const input = { report, ...(expected === undefined ? {} : { expected }) };
    return short(await cameOf(attempt(bound, act.do === 'publish' ? 'publish' : 'unpublish', input)));
  }

  /** Every document, in the order of their numbers; each with all that its path ever held. */
  documents(): { path: string; held: readonly (Buffer | undefined)[]; version: Version }[] {
    return [...this.s3.kept]
      .filter(([path]) => path.startsWith(versionsOf('d')))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([path, kept]) => {
        const held = kept.map(({ body }) => body);
        return { path, held, version: Version.parse(JSON.parse(held[0]!.toString())) };
      });
  }
}
