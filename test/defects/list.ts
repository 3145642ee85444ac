import type { Defect, Planted } from './defect.ts';
import { applied } from './list/applied.ts';
import { bugs } from './list/bugs.ts';
import { kept, published, unpublished } from './list/datasets.ts';
import { decided } from './list/decided.ts';
import { lost } from './list/lost.ts';
import { appliedToMoney, decidedOnMoney, undoneToMoney } from './list/money.ts';
import { appliedByPipelines, undoneByPipelines } from './list/pipelines.ts';
import { privately } from './list/private.ts';
import { proven } from './list/proven.ts';
import { retold, startedAgain } from './list/redriven.ts';
import { appliedToStatements } from './list/reconciled.ts';
import { replayable } from './list/replayable.ts';
import { sealed } from './list/sealed.ts';
import { appliedForTime, askedAboutBooks, startedByTime } from './list/scheduled.ts';
import { sent } from './list/sent.ts';
import { started } from './list/started.ts';
import { traceable } from './list/traceable.ts';
import { undone } from './list/undone.ts';
import { unknown } from './list/unknown.ts';
import { walkedBack } from './list/walked-back.ts';

const BY_PROMISE: readonly (readonly Planted[])[] = [
  [...started, ...startedAgain, ...startedByTime],
  [
    ...applied,
    ...sent,
    ...published,
    ...proven,
    ...appliedByPipelines,
    ...appliedToMoney,
    ...appliedToStatements,
    ...appliedForTime,
  ],
  [...undone, ...unpublished, ...walkedBack, ...retold, ...undoneByPipelines, ...undoneToMoney],
  unknown,
  bugs,
  [...lost, ...kept, ...decided, ...decidedOnMoney, ...askedAboutBooks],
  replayable,
  [...traceable, ...sealed],
  privately,
];

/** Every known defect, in the order of the promises that they break. */
export const DEFECTS: readonly Defect[] = BY_PROMISE.flatMap((planted, i) =>
  planted.map((each) => ({ ...each, promise: i + 1 })),
);
