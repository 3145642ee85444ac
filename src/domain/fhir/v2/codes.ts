import type { DiagnosticReport, Encounter, Patient, ServiceRequest } from 'fhir/r4.js';

/** HL7 table 0001 → AdministrativeGender. Source: v2-to-fhir, concept map AdministrativeSex. */
export const SEX: ReadonlyMap<string, NonNullable<Patient['gender']>> = new Map([
  ['F', 'female'],
  ['M', 'male'],
  ['O', 'other'],
  ['U', 'unknown'],
  ['A', 'other'],
  ['N', 'other'],
]);

/** HL7 table 0002 → code of v3 MaritalStatus. Source: v2-to-fhir, concept map MaritalStatus. */
export const MARITAL: ReadonlyMap<string, string> = new Map(
  'AL DD MM SS WW CC GT PT RT EL NA II BU'.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);
/** Those that say that it is not said → code of v3 NullFlavor. Source: the same. */
export const MARITAL_UNSAID: ReadonlyMap<string, string> = new Map([
  ['U', 'UNK'],
  ['O', 'OTH'],
  ['T', 'NAVU'],
]);

/** HL7 table 0203, whose codes are FHIR's too. Source: v2-to-fhir, concept map IdentifierType. */
export const IDENTIFIER_TYPES: ReadonlySet<string> = new Set(
  (
    'ACSN AM AMA AN ANC AND ANON ANT APRN ASID BA BC BCT BR BRN BSNR CC CONM CY CZ DDS DEA DFN DI DL DN DO DP DPM DR DS EI EN ' +
    'ESN FI GI GL GN HC IND JHN LACSN LANR LI LN LR MA MB MC MCD MCN MCR MCT MD MI MR MRT MS NBSNR NCT NE NH NI NII NIIP NP NPI ' +
    'OD PA PC PCN PE PEN PI PN PNT PPIN PPN PRC PRN PT QA RI RN RPH RR RRI RRP SID SL SN SP SR SS TAX TN TPR U UPIN USID VN VP ' +
    'VS WC WCN WP XX'
  ).split(' '),
);
/** `NNxxx`: a national number, with the country's alpha-3. */
export const NATIONAL = /^NN[A-Z]{3}$/;

/** HL7 table 0123 → DiagnosticReportStatus, of reports (not of answers to queries). */
export const REPORT_STATUS: ReadonlyMap<string, DiagnosticReport['status']> = new Map([
  ['O', 'registered'],
  ['I', 'registered'],
  ['S', 'registered'],
  ['A', 'partial'],
  ['R', 'partial'],
  ['P', 'preliminary'],
  ['F', 'final'],
  ['C', 'corrected'],
  ['X', 'cancelled'],
]);

/** HL7 table 0038 (ORC-5) → RequestStatus. */
export const ORDER_STATUS: ReadonlyMap<string, ServiceRequest['status']> = new Map([
  ['A', 'active'],
  ['CA', 'revoked'],
  ['CM', 'completed'],
  ['DC', 'revoked'],
  ['ER', 'entered-in-error'],
  ['HD', 'on-hold'],
  ['IP', 'active'],
  ['RP', 'revoked'],
  ['SC', 'active'],
]);

/** HL7 table 0027 (OBR-5) → RequestPriority. */
export const PRIORITY: ReadonlyMap<string, NonNullable<ServiceRequest['priority']>> = new Map([
  ['S', 'stat'],
  ['A', 'asap'],
  ['R', 'routine'],
  ['U', 'urgent'],
]);

/** HL7 table 0004 (PV1-2) → code of v3 ActCode; who comes again and again, or gives birth, is out or in the house. */
export const PATIENT_CLASS: ReadonlyMap<string, string> = new Map([
  ['E', 'EMER'],
  ['I', 'IMP'],
  ['B', 'IMP'],
  ['O', 'AMB'],
  ['R', 'AMB'],
  ['P', 'PRENC'],
]);

/** What an event says of the visit that it is about; of other events, its times say it. */
export const VISIT_STATUS: ReadonlyMap<string, Encounter['status']> = new Map([
  ['A01', 'in-progress'],
  ['A03', 'finished'],
  ['A04', 'in-progress'],
  ['A05', 'planned'],
  ['A11', 'cancelled'],
  ['A13', 'in-progress'],
]);

/** HL7 table 0078 as far as v3 ObservationInterpretation has the same codes. */
export const INTERPRETATIONS: ReadonlySet<string> = new Set(
  '< > A AA AC B D DET H HH HM HU I IE IND L LL LU MS N ND NEG NR NS POS QCF R RR S SDD SYN-R SYN-S TOX U VS W WR'.split(
    ' ',
  ),
);
