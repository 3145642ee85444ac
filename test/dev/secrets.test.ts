import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretsOf } from '../../src/dev/secrets.ts';
import { parseSealKeys } from '../../src/kit/effects/seal/index.ts';

describe("the local stack's secrets", () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-secrets-'));
  const file = join(folder, 'secrets.json');
  after(() => rmSync(folder, { recursive: true }));

  it('are made once, with a key that seals', () => {
    const secrets = secretsOf(folder);
    assert.equal(parseSealKeys(secrets.auditKey, undefined).own?.id, 'k1');
    assert.deepEqual(secretsOf(folder), secrets);
  });

  it('get a key that seals where they are of before there was one, and stay what they were', () => {
    const { auditKey: _, ...before } = secretsOf(folder);
    writeFileSync(file, JSON.stringify(before));
    const { auditKey, ...others } = secretsOf(folder);
    assert.deepEqual(others, before);
    assert.equal(secretsOf(folder).auditKey, auditKey);
  });

  it('are not made anew where one that opens things is lost', () => {
    const { payloadKeys: _, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    writeFileSync(file, JSON.stringify(rest));
    assert.throws(() => secretsOf(folder), /lacks a secret/);
  });
});
