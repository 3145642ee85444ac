import assert from 'node:assert/strict';
import { z } from 'zod';
import {
  canonicalJson,
  checked,
  keyedFingerprint,
  sha256,
  within,
  withoutVolatile,
} from '../../../src/kit/effects/fingerprint.ts';

describe('a fingerprint', () => {
  // RFC 8785, appendix B: the double's bits, and what it is written as.
  const NUMBERS: readonly [bits: string, text: string][] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ];
  for (const [bits, text] of NUMBERS) {
    it(`writes the number ${bits} as ${text}`, () => {
      assert.equal(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), text);
    });
  }

  it('refuses what JSON cannot say', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const value of [NaN, Infinity, undefined, circle]) assert.throws(() => canonicalJson(value));
  });

  it('refuses what Postgres cannot keep: U+0000, and not a text that looks like it', () => {
    assert.throws(() => canonicalJson({ a: ['\u0000'] }), /^ContractViolation: U\+0000 in a JSON string$/);
    assert.equal(canonicalJson('\\u0000'), '"\\\\u0000"');
  });

  it('sorts fields by UTF-16 code units, as in RFC 8785, section 3.2.3', () => {
    const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    assert.equal(canonicalJson(value), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it('is the same whatever the order of fields, at every depth, and another for another order of a list', () => {
    assert.equal(sha256({ a: 1, b: { c: [1, 2], d: 'x' } }), sha256({ b: { d: 'x', c: [1, 2] }, a: 1 }));
    assert.notEqual(sha256([1, 2]), sha256([2, 1]));
  });

  it('escapes what must be, and leaves composed and decomposed letters apart', () => {
    assert.equal(canonicalJson('€$\u000f\nA\'B"\\"/'), '"€$\\u000f\\nA\'B\\"\\\\\\"/"');
    assert.notEqual(sha256('\u00e9'), sha256('e\u0301'));
  });

  it('is SHA-256 of the canonical text, in hex', () => {
    assert.equal(sha256({}), '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('tells absent from null', () => {
    assert.equal(sha256({ a: 1, b: undefined }), sha256({ a: 1 }));
    assert.notEqual(sha256({ a: 1, b: null }), sha256({ a: 1 }));
  });

  it('leaves out the fields declared volatile, of the top level only', () => {
    const one = { id: 1, clerk: 'ann', in: { clerk: 'ann' } };
    assert.deepEqual(withoutVolatile(one, ['clerk']), { id: 1, in: { clerk: 'ann' } });
    assert.equal(sha256(withoutVolatile({ ...one, clerk: 'bob' }, ['clerk'])), sha256(withoutVolatile(one, ['clerk'])));
    assert.equal(withoutVolatile('text', ['clerk']), 'text');
  });

  it('with a key cannot be made without it', () => {
    const [one, other] = [keyedFingerprint(Buffer.alloc(32, 1)), keyedFingerprint(Buffer.alloc(32, 2))];
    assert.equal(one({ born: 1970 }), one({ born: 1970 }));
    assert.equal(new Set([one({ born: 1970 }), other({ born: 1970 }), sha256({ born: 1970 })]).size, 3);
  });
});

describe('a violation of a contract', () => {
  const schema = z.object({ name: z.string().max(5), lines: z.array(z.object({ quantity: z.int().positive() })) });
  const messageOf = (value: unknown): string => {
    try {
      checked(schema, value, 'order');
    } catch (error) {
      return (error as Error).message;
    }
    return assert.fail('it is no violation');
  };

  it('is told by paths and codes, never by values', () => {
    assert.equal(
      messageOf({ name: 'Elizabeth', lines: [{ quantity: 1 }, { quantity: -4711 }] }),
      'order: name: too_big, lines.1.quantity: too_small',
    );
    assert.equal(messageOf('Elizabeth'), 'order: (root): invalid_type');
  });

  it('names at most ten places', () => {
    const lines = Array.from({ length: 50 }, () => ({ quantity: 0 }));
    assert.equal(messageOf({ name: 'x', lines }).split(', ').length, 10);
  });

  it('is also a size over the limit, in bytes and not in characters', () => {
    within(6, 'aaaa', 'input');
    assert.throws(() => within(6, 'ääää', 'input'), /^ContractViolation: input: 10 bytes, the limit is 6$/);
  });

  it('is also no input at all', () => {
    assert.throws(() => within(6, undefined as never, 'input'), /ContractViolation/);
  });
});
