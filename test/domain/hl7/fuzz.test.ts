import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { messageOf } from '../../../src/domain/hl7/told.ts';
import { type Random, seededRandom, wholeBelow } from '../../../src/domain/random.ts';
import { SourceRefused } from '../../../src/domain/sources/refused.ts';
import { SAMPLES } from '../statements/sample-table.ts';
import { BERLIN, bytes, header, PID, pieces } from './support.ts';

const RUNS = 10_000;
const SEED = 20_240_229;

/** Our own, so that there is something to break also where the others are absent. */
const OWN = [
  bytes(header({ 18: 'UNICODE UTF-8' }), 'EVN||202402291200', PID.replace('Ottilie', 'Öttilie'), 'PV1|1|I'),
  bytes(header({ 9: 'ADT^A40' }), PID, 'MRG|4712^^^NORDKLINIK~4713'),
  bytes(header({ 9: 'ORU^R01' }), PID, 'OBR|1|P1|F1^LAB', 'OBX|1|NM|718-7^Hemoglobin^LN||13.1|g/dL|||||F', 'NTE|1||C:\\dir \\T\\ \\X41\\'),
  Buffer.concat([Buffer.from('\u000b'), bytes(header({ 9: 'ADT^A11', 18: '8859/1' }), PID, `PV1|1|I${'|'.repeat(17)}V-88`), Buffer.from('\u001c\r')]),
  bytes('FHS|^~\\&|KIS', 'BHS|^~\\&|KIS', header(), PID, 'BTS|1', 'FTS|1'),
]; // prettier-ignore

const folder = new URL('hl7v2/', SAMPLES);
const theirs = existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(new URL(file, folder))) : [];
const samples: readonly Buffer[] = [...OWN, ...theirs];

const pick = <T>(random: Random, among: readonly T[]): T => {
  const one = among[wholeBelow(random, among.length)];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
};

/** One way each of breaking a message. */
const MUTATIONS: readonly ((message: Buffer, random: Random) => Buffer)[] = [
  function cut(message, random) {
    return message.subarray(wholeBelow(random, 2) * wholeBelow(random, message.length), wholeBelow(random, message.length));
  },
  function splice(message, random) {
    const other = pick(random, samples);
    const from = wholeBelow(random, other.length);
    return put(message, random, other.subarray(from, from + wholeBelow(random, 500)));
  },
  function swapDelimiters(message, random) {
    const [a, b] = [pick(random, '|^~\\&\r'.split('')), pick(random, '|^~\\&\r\n#\u000b\u001c"'.split(''))];
    const swapped = message.toString('latin1').replaceAll(/[^]/g, (one) => (one === a ? b : one === b ? a : one));
    return Buffer.from(swapped, 'latin1');
  },
  function nest(message, random) {
    const [level, times] = [pick(random, ['~', '^', '&', '|', '~^&', '|^~\\&', '\rZZZ|', '\r']), 10 ** (1 + wholeBelow(random, 4))];
    return put(message, random, Buffer.from(level.repeat(times)));
  },
  function swell(message, random) {
    return put(message, random, Buffer.alloc(pick(random, [100, 10_000, 200_000]), pick(random, ['x', '\\', '\\X41\\', 'Ott\\T\\', '\u00e4'])));
  },
  function wrongBytes(message, random) {
    const wrong = pick(random, [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0], [0x80], [0x1b, 0x5b], [0xe4], [0xef, 0xbb, 0xbf], [0x7f], [0xf8]]);
    return put(message, random, Buffer.from(wrong));
  },
  function wrongCharset(message, random) {
    const name = pick(random, ['UNICODE UTF-16', '8859/15', 'ASCII', 'UNICODE UTF-8', 'ISO IR87', '8859/7', '\\X41\\', '~']);
    return Buffer.from(message.toString('latin1').replace(/^(\u00ef\u00bb\u00bf)?MSH.*/, (line) => [...line.split('|').slice(0, 17), name].join('|')), 'latin1'); // prettier-ignore
  },
  function escape(message, random) {
    const escapes = ['\\', '\\\\', '\\F\\', '\\E\\T\\E\\', '\\X', '\\X0D\\', '\\X00\\', '\\XC3\\\\XA4\\', '\\.sp999\\', '\\.sp9999\\', '\\C2842\\', '\\Z\\Z\\', '\\X\\X41\\\\'];
    return put(message, random, Buffer.from(Array.from({ length: 1 + wholeBelow(random, 50) }, () => pick(random, escapes)).join('')));
  },
  function repeat(message, random) {
    return Buffer.concat(Array.from({ length: 1 + wholeBelow(random, 5) }, () => message));
  },
  function turn(message, random) {
    const lines = message.toString('latin1').split(/[\r\n]+/);
    const [a, b] = [wholeBelow(random, lines.length), wholeBelow(random, lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    return Buffer.from(lines.join(pick(random, ['\r', '\n', '\r\n', ''])), 'latin1');
  },
  function frame(message, random) {
    return put(put(message, random, Buffer.from([pick(random, [0x0b, 0x1c])])), random, Buffer.from(pick(random, ['\rBHS|^~\\&\r', '\rBTS|9\r', '\rFHS\r', '\rFTS|\r', '\u000b'])));
  },
]; // prettier-ignore

/** Puts something into it, in place of nothing or of some bytes. */
function put(message: Buffer, random: Random, what: Buffer): Buffer {
  const at = wholeBelow(random, message.length + 1);
  return Buffer.concat([
    message.subarray(0, at),
    what,
    message.subarray(at + wholeBelow(random, 2) * wholeBelow(random, 20)),
  ]);
}

/** All that a refusal may say: a code that is declared, and a place. */
const CODES = new Set(
  [...readFileSync(new URL('../../../src/domain/sources/refused.ts', import.meta.url), 'utf8').matchAll(/^ {2}\| '([a-z0-9-]+)'/gm)].map(([, code]) => code),
); // prettier-ignore
const PLACE = /^(byte \d+|segment \d+(, field \d+|, (OBR-3|OBX-3|OBX-11))?|(MSH|EVN|PID|PV1|MRG)(-\d+)?)$/;
const OURS = `${[...CODES].join(' ')} byte segment field MSH EVN PID PV1 MRG OBR OBX`;

describe('10,000 messages, each broken in some way', () => {
  it(`are told or refused, by nothing but a refusal that says none of their words, in bounded time${theirs.length === 0 ? ' (of our own samples only: ../shared/data is absent)' : ''}`, async function () {
    this.timeout(300_000);
    const random = seededRandom(SEED);
    const seen = { refused: new Map<string, number>(), integrated: 0, notIntegrated: 0, slowestMs: 0 };
    const said = new Set<string>();
    for (let run = 0; run < RUNS; run += 1) {
      let message = pick(random, samples);
      for (let times = 1 + wholeBelow(random, 3); times > 0; times -= 1)
        message = pick(random, MUTATIONS)(message, random);
      const begun = process.cpuUsage();
      const found = await pieces(message);
      for (const { bytes: body, message: parsed, refused } of found) {
        const told = refused ?? outcomeOf(parsed);
        if (told instanceof SourceRefused) {
          ok(CODES.has(told.code) && PLACE.test(told.at), `run ${run}: ${told.message}`);
          strictEqual(told.message, `${told.code}: ${told.at}`);
          said.add(told.message);
          strictEqual(told.cause, undefined);
          strictEqual(Object.keys(told).toSorted().join(), 'at,code,name');
          seen.refused.set(told.code, (seen.refused.get(told.code) ?? 0) + 1);
        } else seen[told] += 1;
        ok(body && body.length <= message.length, `run ${run}: what is kept is whole`);
      }
      const { user, system } = process.cpuUsage(begun);
      seen.slowestMs = Math.max(seen.slowestMs, (user + system) / 1_000);
      if (run % 50 === 0) deepStrictEqual(await pieces(message, 97), found, `run ${run}, in chunks`);
    }
    const all = [...said].join('\n');
    const words = new Set(samples.flatMap((sample) => sample.toString('latin1').match(/[A-Za-z]{3,}/g) ?? []));
    deepStrictEqual(
      [...words].filter((word) => all.includes(word) && !OURS.includes(word)),
      [],
    );
    ok(words.size > 10 && words.has('Quastenflosser'));
    // Else most of it would have tried nothing.
    ok(seen.integrated > 500 && seen.notIntegrated > 500, JSON.stringify(seen));
    ok(seen.refused.size > (theirs.length === 0 ? 15 : 20), [...seen.refused].join(' '));
    ok(seen.slowestMs < 2_000, `${seen.slowestMs} ms`); // 2 MB at most
  });
});

function outcomeOf(message: Parameters<typeof messageOf>[0]): 'integrated' | 'notIntegrated' | SourceRefused {
  try {
    const told = messageOf(message, { zone: BERLIN });
    return told.integrated ? 'integrated' : told.refused.code === 'not-integrated' ? 'notIntegrated' : told.refused;
  } catch (error) {
    if (error instanceof SourceRefused) return error;
    throw error;
  }
}
