import { PIPELINES } from '../../src/pipelines/index.ts';
import { answers } from './families/answers.ts';
import { othersAway, temporalAway, workersAway } from './families/away.ts';
import { freeze, freezeAndCancel } from './families/freeze.ts';
import { kill } from './families/kill.ts';
import { lateAfterUndo } from './families/late.ts';
import { terminate } from './families/redrive.ts';
import { resetEnded, resetOpen, resetUnderway } from './families/reset.ts';
import { restarts } from './families/restart.ts';
import type { Family } from './family.ts';
import { stands, standsToCancel } from './stands.ts';

/** Everything that is broken, enumerated from the contracts of every pipeline. */
export function plan(): Family[] {
  const everywhere = stands(PIPELINES);
  return [
    kill(everywhere),
    freeze(everywhere),
    freezeAndCancel(standsToCancel(PIPELINES)),
    ...restarts(everywhere),
    temporalAway(),
    othersAway(everywhere),
    workersAway(everywhere),
    answers(),
    lateAfterUndo(),
    resetUnderway(everywhere),
    resetOpen(everywhere),
    resetEnded(everywhere),
    terminate(everywhere),
  ];
}
