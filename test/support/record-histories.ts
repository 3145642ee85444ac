import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { HistoryArchive } from '../../src/kit/histories/archive.ts';
import { parseKeyring } from '../../src/kit/worker/codec.ts';
import { HISTORIES, RECORDINGS } from './recordings.ts';
import { Site } from './site.ts';
import { setUp, tearDown } from './stack.ts';
import { TEST_PAYLOAD_KEYS } from './test-keys.ts';

/**
 * Records what is not in the archive yet, and tells every story anew: `npx tsx test/support/record-histories.ts`.
 * Nothing is ever recorded over; `evenkeel retire-history` removes what no run can look like any more.
 */
async function record(): Promise<void> {
  const archive = new HistoryArchive(HISTORIES);
  const ring = parseKeyring(TEST_PAYLOAD_KEYS); // whoever replays a sealed history must be able to open it
  const manifest = await archive.manifest();
  const missing = RECORDINGS.filter(({ workflow, what }) => manifest[`${workflow}/${what}.json`] === undefined);
  if (missing.length > 0) {
    process.env['EVENKEEL_PAYLOAD_KEYS'] = TEST_PAYLOAD_KEYS;
    setUp(false);
    const site = await Site.open('recordings', 'orders,ledger,patients,reconciliation');
    try {
      await site.work();
      for (const { play, what } of missing) {
        const history = historyToJSON(await (await play(site)).fetchHistory());
        process.stdout.write(`${await archive.add(what, `${history}\n`, ring)}\n`);
      }
    } finally {
      await site.close();
      await tearDown();
    }
  }
  await archive.tell(ring);
}

void record();
