import type { PartName } from '../../../src/dev/stack.ts';
import type { Family } from '../family.ts';
import type { Stand } from '../stands.ts';
import { goOn, whileStanding } from './while-standing.ts';

/** A part is ended and comes again while attempts stand; the attempts go on when it is there. */
const restarted = (
  name: string,
  breaks: string,
  part: PartName,
  signal: NodeJS.Signals,
  stands: readonly Stand[],
): Family =>
  whileStanding(name, breaks, stands, async (stage, held) => {
    await stage.restart(part, signal);
    return goOn(held);
  });

export const restarts = (stands: readonly Stand[]): Family[] => [
  restarted(
    'temporal-killed',
    'Temporal is killed (SIGKILL) and started again while an attempt stands at the barrier',
    'temporal',
    'SIGKILL',
    stands,
  ),
  restarted(
    'postgres-restarted',
    'Postgres is restarted (fast shutdown) while an attempt stands at the barrier, in its open transaction where it has one',
    'postgres',
    'SIGINT',
    stands,
  ),
  restarted(
    'postgres-killed',
    'Postgres is killed (SIGKILL) and recovers while an attempt stands at the barrier, in its open transaction where it has one',
    'postgres',
    'SIGKILL',
    stands,
  ),
];
