import type { CodeableConcept, Coding } from 'fhir/r4.js';
import type { Repetition } from '../../hl7/message.ts';
import { made, some, text, type Sender } from './source.ts';
import { codeSystem } from './systems.ts';

/** CE, CWE, CNE, CF, and IS or ID as their first component: code, text and system, twice, versions, the original text. */
export function conceptOf(
  repetition: Repetition | undefined,
  sender: Sender,
  system?: string,
): CodeableConcept | undefined {
  const coding = [codingOf(repetition, sender, 1, 7, system), codingOf(repetition, sender, 4, 8)].flatMap(
    (one) => one ?? [],
  );
  const original = text(repetition, 9);
  // Without a code the words are all there is.
  const words = coding.length === 0 ? text(repetition, 2) : '';
  return some<CodeableConcept>({ coding, text: original === '' ? words : original });
}

function codingOf(
  repetition: Repetition | undefined,
  sender: Sender,
  at: number,
  versionAt: number,
  known?: string,
): Coding | undefined {
  const code = text(repetition, at);
  if (code === '') return undefined;
  return made<Coding>({
    system: codeSystem(text(repetition, at + 2), sender) ?? known,
    version: text(repetition, versionAt),
    code,
    display: text(repetition, at + 1),
  });
}

export const coded = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] });
