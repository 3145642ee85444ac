import type { CodeableConcept } from 'fhir/r4.js';

/** A code that a facility uses for what LOINC knows under its own. */
export interface LocalCode {
  /** Of whom: MSH-4, its universal id where it has one. */
  readonly facility: string;
  /** As it stands in the message: `L`, a local name, or `''`. */
  readonly system: string;
  readonly code: string;
}

export interface LoincMap {
  /** Another one whenever an entry changes: what was mapped says by which. */
  readonly version: number;
  readonly entries: readonly (LocalCode & {
    readonly loinc: string;
    /** LOINC's own short description. */
    readonly display: string;
    /** Where the code was met, and what says that it is this. */
    readonly source: string;
  })[];
}

/** Made of what the public sample messages (microsoft/FHIR-Converter) hold. What is not certain is not in it. */
export const LOINC_MAP: LoincMap = {
  version: 1,
  entries: [
    {
      facility: 'ELAB-3',
      system: 'POST 12H CFST:MCNC:PT:SER/PLAS:QN',
      code: '1554-5',
      loinc: '1554-5',
      display: 'Glucose p 12h fasting SerPl-mCnc',
      source: 'ORU-R01-RMGEAD: the axes of LOINC’s name stand where the system should',
    },
    {
      facility: 'ELAB-3',
      system: '',
      code: '15545',
      loinc: '1554-5',
      display: 'Glucose p 12h fasting SerPl-mCnc',
      source: 'ORU-R01-RMGEAD: the order of that result, its code without the dash',
    },
    {
      facility: '2.16.840.1.114222.4.1.10411',
      system: 'XYZ',
      code: '625-4',
      loinc: '625-4',
      display: 'Bacteria Stl Cult',
      source: 'ORU-R01-01: LOINC’s code and name under another system',
    },
    {
      facility: 'MDHHS',
      system: 'BOL_0002',
      code: 'AOE25',
      loinc: '82810-3',
      display: 'Pregnancy status',
      source: 'MDHHS-OML-O21-2: the question at order entry',
    },
    {
      facility: 'MDHHS',
      system: 'L',
      code: '1320',
      loinc: '56888-1',
      display: 'HIV 1+2 Ab+HIV1 p24 Ag SerPl Ql IA',
      source: 'MDHHS-OML-O21-2: antigen and antibody in serum',
    },
  ],
};

const LOINC = 'http://loinc.org';

/** The concept with LOINC's code before the local ones, which stay; or which local code has none. */
export function withLoinc(
  concept: CodeableConcept,
  local: LocalCode,
  map: LoincMap,
): { readonly concept: CodeableConcept; readonly unmapped?: LocalCode } {
  if (local.code === '' || concept.coding?.some(({ system }) => system === LOINC)) return { concept };
  const found = map.entries.find(
    ({ facility, system, code }) => facility === local.facility && system === local.system && code === local.code,
  );
  if (found === undefined) return { concept, unmapped: local };
  const coding = { system: LOINC, code: found.loinc, display: found.display };
  return { concept: { ...concept, coding: [coding, ...(concept.coding ?? [])] } };
}
