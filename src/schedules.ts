import type { Config } from './config.ts';
import type { Schedule } from './kit/contract/schedule.ts';
import { applySchedule, type AppliedSchedule } from './kit/intake/schedules.ts';
import { PIPELINES } from './pipelines/index.ts';
import { chosenOf, type Services } from './services.ts';

/** What the pipelines that `EVENKEEL_PIPELINES` names declare. */
export const declaredSchedules = (config: Config): Schedule[] =>
  chosenOf(PIPELINES, config).flatMap(({ schedules = [] }) => schedules);

/** Has Temporal know all of them, one after the other. */
export async function applySchedules(services: Services): Promise<AppliedSchedule[]> {
  const client = await services.client();
  const applied: AppliedSchedule[] = [];
  for (const schedule of declaredSchedules(services.config)) applied.push(await applySchedule(client, schedule));
  return applied;
}
