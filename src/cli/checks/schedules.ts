import { lookAt } from '../../kit/intake/schedules.ts';
import { declaredSchedules } from '../../schedules.ts';
import type { Services } from '../../services.ts';
import type { Finding } from './finding.ts';

/** Nothing is wrong without them, or when somebody has paused one; but it has to be known. */
export async function scheduleFindings(services: Services): Promise<readonly Finding[]> {
  const client = await services.client();
  const found = await Promise.all(declaredSchedules(services.config).map((schedule) => lookAt(client, schedule)));
  const [check, apply] = ['schedules', 'evenkeel schedules apply'];
  const odd = found.flatMap(({ id, state, paused }): Finding[] => [
    ...(state === 'missing' ? [{ check, state: 'note' as const, says: `${id} is not there`, todo: apply }] : []),
    ...(state === 'differs' ? [{ check, state: 'note' as const, says: `${id} is not as declared`, todo: apply }] : []),
    ...(paused ? [{ check, state: 'note' as const, says: `${id} is paused` }] : []),
  ]);
  return odd.length > 0 ? odd : [{ check, state: 'ok', says: `${found.length} are as declared` }];
}
