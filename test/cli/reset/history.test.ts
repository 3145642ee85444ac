import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tell } from '../../../src/cli/reset/history.ts';
import type { Activity } from '../../../src/kit/contract/activity.ts';
import { parseHistory } from '../../../src/kit/histories/saved.ts';
import { parseKeyring } from '../../../src/kit/worker/codec.ts';
import { HISTORIES } from '../../support/recordings.ts';
import { TEST_PAYLOAD_KEYS } from '../../support/test-keys.ts';

const saved = parseHistory(readFileSync(join(HISTORIES, 'integratePatient', 'completed.json'), 'utf8'))!;
const contract = { key: () => 'k' } as unknown as Activity;

describe('a run told by its history', () => {
  it('is not told where no key opens what it called with', () => {
    const told = tell(saved, () => contract, parseKeyring(TEST_PAYLOAD_KEYS));
    assert.ok(told.calls.length > 0);
    const message = 'EVENKEEL_PAYLOAD_KEYS: none of them opens event 5';
    assert.throws(() => tell(saved, () => contract, undefined), { name: 'ConfigError', message });
  });

  it('is not told where it calls what this version does not know', () => {
    const message = 'event 5 calls claimIdentifiers, which this version does not know';
    assert.throws(() => tell(saved, () => undefined, undefined), { name: 'InputError', message });
  });
});
