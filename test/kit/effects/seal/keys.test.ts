import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { isSignedBy, parseSealKeys, signed } from '../../../../src/kit/effects/seal/keys.ts';
import { freshKey } from './vault.ts';

describe('the keys of seals', () => {
  const k1 = freshKey('k1');

  it('sign, and are known by their own public key and by those that are listed', () => {
    const { own, known } = parseSealKeys(k1.own, freshKey('k0').listed);
    assert.deepEqual([own?.id, [...known.keys()].toSorted()], ['k1', ['k0', 'k1']]);
    const signature = signed(own!.key, 'text');
    assert.deepEqual(
      [
        isSignedBy(known.get('k1')!, 'text', signature),
        isSignedBy(known.get('k1')!, 'other', signature),
        isSignedBy(known.get('k0')!, 'text', signature),
      ],
      [true, false, false],
    );
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'der', type: 'spki' });
  for (const [what, own, listed] of [
    ['is no key', 'k1:c2VjcmV0', undefined],
    ['has no id', k1.own.slice(3), undefined],
    ['is public, and is to sign', k1.listed, undefined],
    ['is private, and is listed', undefined, k1.own],
    ['is of another kind', undefined, `k1:${rsa.toString('base64')}`],
    ['differs from the one that is listed under its id', k1.own, freshKey('k1').listed],
  ] as const)
    it(`are refused by id, with nothing of them, when one ${what}`, () => {
      assert.throws(
        () => parseSealKeys(own, listed),
        (error: Error) =>
          error.name === 'SealError' &&
          /^audit key (k1|\(no id\)): (not|another)/.test(error.message) &&
          error.message.length < 100,
      );
    });
});
