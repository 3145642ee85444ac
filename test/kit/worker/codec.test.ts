import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { openJson, parseKeyring, SealingCodec, sealJson } from '../../../src/kit/worker/codec.ts';

const key = (): string => randomBytes(32).toString('base64');
const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"family":"Quixote"}') };
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

describe('the payload codec', () => {
  it('gives back what it sealed, metadata included, and shows none of it', async () => {
    const codec = new SealingCodec(parseKeyring(`k1:${key()}`), true);
    const [sealed] = await codec.encode([payload]);
    assert.ok(!text(sealed!.data).includes('Quixote') && !text(sealed!.data).includes('json/plain'));
    assert.equal(text(sealed!.metadata!['key-id']), 'k1');
    const [opened] = await codec.decode([sealed!]);
    assert.equal(text(opened!.data), text(payload.data));
    assert.equal(text(opened!.metadata!['encoding']), 'json/plain');
  });

  it('never seals the same twice alike', async () => {
    const codec = new SealingCodec(parseKeyring(`k1:${key()}`), true);
    const [one, two] = await codec.encode([payload, payload]);
    assert.notEqual(text(one!.data), text(two!.data));
  });

  it('opens what an older key sealed, and seals under the newer one', async () => {
    const [older, newer] = [key(), key()];
    const [sealed] = await new SealingCodec(parseKeyring(`k1:${older}`), true).encode([payload]);
    const rotated = new SealingCodec(parseKeyring(`k2:${newer},k1:${older}`), true);
    assert.equal(text((await rotated.decode([sealed!]))[0]!.data), text(payload.data));
    assert.equal(text((await rotated.encode([payload]))[0]!.metadata!['key-id']), 'k2');
  });

  it('refuses what was tampered with, and a key it does not have, naming its id only', async () => {
    const codec = new SealingCodec(parseKeyring(`k1:${key()}`), true);
    const [sealed] = await codec.encode([payload]);
    const data = Buffer.from(sealed!.data!);
    data[data.length - 1]! ^= 1;
    await assert.rejects(async () => codec.decode([{ ...sealed!, data }]), /unable to authenticate/);
    await assert.rejects(
      async () => new SealingCodec(parseKeyring(`k9:${key()}`), true).decode([sealed!]),
      /payload key k1 is not in the keyring/,
    );
  });

  it('refuses what says that it was sealed under another key than it was, be it the same key', async () => {
    const twice = key();
    const codec = new SealingCodec(parseKeyring(`k1:${twice},k2:${twice}`), true);
    const [sealed] = await codec.encode([payload]);
    const metadata = { ...sealed!.metadata, 'key-id': Buffer.from('k2') };
    await assert.rejects(async () => codec.decode([{ ...sealed!, metadata }]), /unable to authenticate/);
  });

  it('lets what is in clear pass, so that one client reads every pipeline', async () => {
    const codec = new SealingCodec(parseKeyring(`k1:${key()}`), false);
    assert.deepEqual(await codec.encode([payload]), [payload]);
    assert.deepEqual(await codec.decode([payload]), [payload]);
  });

  it('seals JSON at rest', () => {
    const ring = parseKeyring(`k1:${key()}`);
    const kept = sealJson(ring, { family: 'Quixote' });
    assert.ok(!JSON.stringify(kept).includes('Quixote'));
    assert.deepEqual(openJson(ring, kept), { family: 'Quixote' });
  });
});

describe('a keyring', () => {
  it('is refused when a key is not 32 bytes, without printing it', () => {
    const short = Buffer.from('too short').toString('base64');
    assert.throws(
      () => parseKeyring(`k1:${short}`),
      (error: Error) => error.message.includes('k1') && !error.message.includes(short),
    );
  });
});
