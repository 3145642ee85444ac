import { collectPage, collections, LAST_PAGE, type Collected } from '../../contracts/orphans.ts';
import type { OutputOf } from '../../kit/contract/activity.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { scheduled } from '../../kit/workflow/scheduled.ts';

/** Deletes, page by page, what publishes that were undone or refused have left in the bucket. */
export async function collectOrphans(): Promise<Ended<Collected>> {
  return scheduled(collections, async (step, tick) => {
    let [objects, page] = [0, 0];
    let after: string | null = '';
    while (after !== null && page < LAST_PAGE) {
      const collected: OutputOf<typeof collectPage> = await step(collectPage, { ...tick, page: ++page, after });
      objects += collected.objects;
      after = collected.next;
    }
    return { objects, pages: page, all: after === null };
  });
}
