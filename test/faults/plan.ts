import { PIPELINES } from '../../src/pipelines/index.ts';
import { answers } from './families/answers.ts';
import { othersAway, temporalAway, workersAway } from './families/away.ts';
import { clockBack, clockBackForgotten, clockForward } from './families/clock.ts';
import { deliveries, withoutOther } from './families/deliveries.ts';
import { editEffect, editPayload } from './families/edit.ts';
import { freeze, freezeAndCancel } from './families/freeze.ts';
import { kill } from './families/kill.ts';
import { lateAfterUndo } from './families/late.ts';
import { redriveTwice, terminate } from './families/redrive.ts';
import { resetEnded, resetOpen, resetUnderway } from './families/reset.ts';
import { restarts } from './families/restart.ts';
import type { Family } from './family.ts';
import { missing, stands, standsToCancel } from './stands.ts';

/** Everything that is broken, enumerated from the contracts of every pipeline. Throws when anything of theirs is missing. */
export function plan(): Family[] {
  const lacks = [...missing(PIPELINES), ...withoutOther(PIPELINES)];
  if (lacks.length > 0) throw new Error(`the fault matrix is not whole: ${lacks.join('; ')}`);
  const everywhere = stands(PIPELINES);
  return [
    kill(everywhere),
    freeze(everywhere),
    freezeAndCancel(standsToCancel(PIPELINES)),
    workersAway(everywhere),
    ...restarts(everywhere),
    temporalAway(),
    othersAway(everywhere),
    answers(),
    lateAfterUndo(),
    deliveries(),
    resetUnderway(everywhere),
    resetOpen(everywhere),
    resetEnded(everywhere),
    terminate(everywhere),
    redriveTwice(everywhere),
    clockBack(everywhere),
    clockForward(everywhere),
    clockBackForgotten(everywhere),
    editEffect(everywhere),
    editPayload(),
  ];
}
