import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { RECORDINGS } from './recordings.ts';
import { Site } from './site.ts';
import { tearDown } from './stack.ts';
import { TEST_PAYLOAD_KEYS } from './test-keys.ts';

/**
 * Records the history of every workflow and fate that has none yet: `npx tsx test/support/record-histories.ts`.
 * Histories are stored raw and never overwritten: an old one is what a running workflow of then looks like today.
 */
async function record(): Promise<void> {
  const missing = RECORDINGS.map((recording) => ({
    ...recording,
    file: join('test', 'histories', recording.workflow, `${recording.what}.json`),
  })).filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return;
  process.env['EVENKEEL_PAYLOAD_KEYS'] = TEST_PAYLOAD_KEYS; // sealed histories must be opened by whoever replays them
  const site = await Site.open('recordings', 'orders,ledger,patients');
  try {
    await site.work();
    for (const { play, file } of missing) {
      const handle = await play(site);
      const history = historyToJSON(await handle.fetchHistory());
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${history}\n`, { flag: 'wx' }); // fails where there is one
      process.stdout.write(`${file}\n`);
    }
  } finally {
    await site.close();
    await tearDown();
  }
}

void record();
