import type { Planted } from '../defect.ts';
import { CODEC, FAILURE, FINGERPRINT } from './files.ts';
import { database, fingerprint, violation, codec, patients, atRest, identifiers, order } from './tests.ts';

/** 9: private. */
export const privately: readonly Planted[] = [
  {
    what: "a foreign error's message crosses to Temporal",
    edits: [
      [
        FAILURE,
        'return made(FAILURE.unexpected, classAndCode(error), false);',
        'return made(FAILURE.unexpected, String(error), false);',
      ],
    ],
    caughtBy: database("crosses to Temporal and the log with its error's class and code, and with none of its values"),
  },
  {
    what: "a foreign error's message is logged",
    edits: [[FAILURE, 'const from = stack.indexOf(message);', 'const from = -1;']],
    caughtBy: database('crosses without the values in the text of an error of ours'),
  },
  {
    what: 'a violation of a contract tells the value',
    edits: [
      [
        FINGERPRINT,
        "`${path.join('.') || '(root)'}: ${code}`",
        "`${path.join('.') || '(root)'}: ${code} ${JSON.stringify(error.issues)}`",
      ],
    ],
    caughtBy: violation('is told by paths and codes, never by values'),
  },
  {
    what: 'a fingerprint of few possible values can be guessed (no HMAC)',
    edits: [[FINGERPRINT, "createHmac('sha256', key)", "createHash('sha256')"]],
    caughtBy: fingerprint('with a key cannot be made without it'),
  },
  {
    what: "a sealed pipeline's payloads are not encrypted",
    edits: [[CODEC, 'if (!this.#seals) return Promise.resolve(payloads);', 'return Promise.resolve(payloads);']],
    caughtBy: patients('shows no name, number or date in history, tables, keys, errors or log lines'),
  },
  {
    what: "a sealed pipeline's failures stand in the history in clear",
    edits: [['src/kit/workflow/failure-converter.ts', 'encodeCommonAttributes: true', 'encodeCommonAttributes: false']],
    caughtBy: patients('seals the messages of failures too'),
  },
  {
    what: 'a sealed text that was changed is opened (no authentication)',
    edits: [
      [
        CODEC,
        'decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]',
        'decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES))]',
      ],
    ],
    caughtBy: codec('refuses what was tampered with, and a key it does not have, naming its id only'),
  },
  {
    what: "the key's id is not authenticated",
    edits: [
      [CODEC, '.setAAD(Buffer.from(ring.current))', ''],
      [CODEC, '.setAAD(Buffer.from(id))', ''],
    ],
    caughtBy: codec('refuses what says that it was sealed under another key than it was, be it the same key'),
  },
  {
    what: 'the same text is sealed twice alike (a fixed IV)',
    edits: [[CODEC, 'randomBytes(IV_BYTES)', 'Buffer.alloc(IV_BYTES)']],
    caughtBy: codec('never seals the same twice alike'),
  },
  {
    what: "a sealed pipeline's payloads are kept in clear",
    edits: [['src/services.ts', 'atRest: (payload) => sealJson(ring, payload),', 'atRest: (payload) => payload,']],
    caughtBy: atRest('are kept sealed, and opened again'),
  },
  {
    what: "a sealed pipeline's fingerprints are made without a key",
    edits: [['src/services.ts', 'fingerprint: keyedFingerprint(patientKey(config)),', 'fingerprint: sha256,']],
    caughtBy: atRest('have fingerprints that nobody makes without the key'),
  },
  {
    what: "a patient's record is kept in clear",
    edits: [
      ['src/activities/patients/records.ts', 'JSON.stringify(seal(resource as Json)),', 'JSON.stringify(resource),'],
    ],
    caughtBy: patients('shows no name, number or date in history, tables, keys, errors or log lines'),
  },
  {
    what: "a patient's identifiers are shortened and not hashed",
    edits: [['src/domain/fhir/patient.ts', 'hmac(text).slice(0, HEX_LENGTH)', 'text.slice(0, HEX_LENGTH)']],
    caughtBy: identifiers('names each identifier once, and shows none of them'),
  },
  {
    what: "a card's number may stand for a payment method",
    edits: [['src/contracts/orders.ts', 'z.string().regex(/^pm_[A-Za-z0-9_]{1,64}$/)', 'z.string()']],
    caughtBy: order("is paid by the provider's token: a card's number is refused, and not repeated"),
  },
];
