import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readConfig } from '../src/config.ts';
import { sha256 } from '../src/kit/effects/fingerprint.ts';
import { privacyOf } from '../src/services.ts';

const secret = (): string => randomBytes(32).toString('base64');

describe('the payloads of a sealed pipeline', () => {
  const config = readConfig({ EVENKEEL_PAYLOAD_KEYS: `k1:${secret()}`, EVENKEEL_PATIENT_HMAC_KEY: secret() });
  const { fingerprint, atRest, fromRest } = privacyOf(config, { name: 'patients', sealed: true });
  const payload = { family: 'Quixote' };

  it('are kept sealed, and opened again', () => {
    assert.ok(!JSON.stringify(atRest(payload)).includes('Quixote'));
    assert.deepEqual(fromRest(atRest(payload)), payload);
  });

  it('have fingerprints that nobody makes without the key', () => {
    assert.equal(fingerprint(payload), fingerprint({ ...payload }));
    assert.notEqual(fingerprint(payload), sha256(payload));
  });
});
