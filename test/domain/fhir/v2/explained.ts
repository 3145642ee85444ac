import { differences, type Difference } from './differences.ts';

interface Explanation {
  /** Which: `only ours`, `only theirs` or `other`, the element, and both values as JSON where they matter. */
  readonly which: RegExp;
  readonly why: string;
}

const lineOf = ({ element, ours, theirs }: Difference): string =>
  `${ours === undefined ? 'only theirs' : theirs === undefined ? 'only ours' : 'other'} ${element}: ${JSON.stringify(ours)} | ${JSON.stringify(theirs)}`;

/** Why our mapping and the other converter's bundles differ. The first that fits explains. */
const EXPLANATIONS: readonly Explanation[] = [
  { which: /^other .*: "(\S.*\S)" \| "\s*\1\s*"$/, why: 'blanks around a value are none of it' },
  {
    which: /\.system: .*http:\/\/example\.com\/v2-to-fhir-converter\//,
    why: 'a placeholder of theirs; ours is the URI of the authority, else its name at the facility that sent the message',
  },
  {
    which: /^other Observation\.component\.valueQuantity\.system: /,
    why: 'they take ISO for ISO 3986; the unit’s system is told by cleansing',
  },
  {
    which: /^only ours (Patient|DiagnosticReport)\.identifier\.system: "urn:hl7v2:F"/,
    why: 'a number without an authority is the facility’s, and another’s same number is another',
  },
  {
    which: /^(only theirs|other) .*\.coding\.display: /,
    why: 'they look up what a code is called; we keep what was sent',
  },
  {
    which: /^other Patient\.extension\.extension\.valueCoding\.display: /,
    why: 'they look up what a code is called; we keep what was sent',
  },
  {
    which: /^only ours .*\.(performer|resultsInterpreter|device|generalPractitioner|organization)\./,
    why: 'who works for a source is referred to by number and name; they make a resource and refer to its id',
  },
  {
    which: /^only ours Patient\.identifier\.assigner\.display: /,
    why: 'CX.6, the facility that assigned it, in words',
  },
  {
    which: /^only ours Patient\.identifier\.type\.coding\.(code: "SS"|system)/,
    why: 'PID-19 and DLN: SS and DL of table 0203, as the official table has it',
  },
  {
    which: /^only theirs Patient\.identifier\.type\.coding\.(code: undefined \| "SB"|system)/,
    why: 'PID-19: SB is for countries other than the United States',
  },
  { which: /^only theirs Patient\.identifier\./, why: 'from the insurance segments IN1 and IN2, which are not mapped' },
  {
    which: /^only theirs Patient\.name\.family: undefined \| "(123121234A|Jack)"/,
    why: 'a name from the insurance segments',
  },
  {
    which: /^only theirs Patient\.name\.given: undefined \| "Addsm"/,
    why: 'XPN.15, what somebody is called by, is no given name',
  },
  {
    which: /^only theirs Patient\.name\.(use|given|prefix|suffix|period\.start): /,
    why: 'parts of the name from the insurance segments',
  },
  {
    which: /^only ours Patient: /,
    why: 'A40: the patient, whose link says which record it replaces; they make a Linkage of two references',
  },
  {
    which: /^only theirs Patient\.active: /,
    why: 'PD1-16 is the status in an immunisation registry, and not of the record',
  },
  {
    which: /^only theirs Patient\.meta\.lastUpdated: /,
    why: 'PID-33 is mapped to no element of the patient by the official table',
  },
  {
    which: /^only (ours|theirs) Patient\.address\.district: /,
    why: 'PID-12 is the county of the only address, as the official table has it; they make another address of it',
  },
  {
    which:
      /Patient\.(contact\.)?address\.line: .*("Near Highway"|"Ste\. 123"|"Hospital Lane"|"1000"|"2222"|"STREET"|"HOME"|"Highway")/,
    why: 'street, name and number are one line; XAD.19 is a usage',
  },
  {
    which: /Patient\.communication\./,
    why: 'they look the language up, and say that it is preferred, which PID-15 does not',
  },
  {
    which: /^only theirs Patient\.extension\.extension\.(url|valueCoding\.code): /,
    why: 'a local code is no category of the OMB: it stands in the text',
  },
  {
    which: /^only theirs Patient\.extension\.extension\.valueCodeableConcept\.text: /,
    why: 'they repeat the display as text',
  },
  { which: /^other Patient\.extension\.extension\.valueString: /, why: 'the words that were sent, parted by commas' },
  { which: /^other Patient\.extension\.valueString: /, why: 'a maiden name is a family name' },
  {
    which: /Patient\.extension\..*(religion|"AME"|"1002"|"African Religions"|v3-Religious)/,
    why: 'they look the religion up in another code system',
  },
  {
    which: /^only theirs Patient\.extension\./,
    why: 'PV1-16, PD1-14 and PID-27: importance, church and military status have no element in the official tables',
  },
  {
    which: /^only theirs Patient\.maritalStatus\.coding\.version: /,
    why: 'the version of the v2 table is none of the FHIR code system',
  },
  {
    which: /Patient\.(contact\.)?telecom\.(system|use|value): .*("phone"|"home"|"657 5558563")/,
    why: 'a number has a system (FHIR’s cpt-2), and may be told in parts',
  },
  { which: /^only theirs Patient\.contact\./, why: 'from CTD, and from NK1-30 on: a contact’s contact' },
  {
    which: /^only ours Patient\.contact\.relationship\./,
    why: 'NK1-3 beside NK1-7: both say what somebody is to the patient',
  },
  {
    which:
      /Observation\.extension\..*(Observation_Status|v2-0085|undefined \| "(F|I|P|S|Final|In Process|Preliminary|Partial)")/,
    why: 'they repeat OBX-11 in an extension of their own',
  },
  { which: /^only ours Observation\.extension\./, why: 'OBX-4 and OBX-19, as the official table has them' },
  {
    which: /Observation\.identifier\.type\./,
    why: 'the type is of the identifier, and with its system; theirs stands in one without a value',
  },
  {
    which: /^other Observation\.status: "(registered|preliminary)" \| "unknown"/,
    why: 'table 0085: pending and partial are known',
  },
  { which: /^only ours Observation\.component\.valueQuantity\.unit: /, why: 'what people read, beside the code' },
  { which: /Observation: .*"(29768-9|29769-7)/, why: 'they drop values of type TS' },
  {
    which: /^only ours Observation: "(8867-4|1063-7|30963-3|64994-7)/,
    why: 'they make a report of an OBX that points to a document, and an immunisation’s fields of others',
  },
  {
    which: /^only theirs DiagnosticReport: undefined \| "(8867-4|1063-7)"/,
    why: 'they make a report of an OBX that points to a document',
  },
  { which: /^only theirs DiagnosticReport\.identifier\./, why: 'ORC-4 is the number of a group of orders' },
];

/** Each difference with why it is there. */
export const explained = (): {
  readonly difference: Difference;
  readonly line: string;
  readonly why: string | undefined;
}[] =>
  differences().map((difference) => {
    const line = lineOf(difference);
    return { difference, line, why: EXPLANATIONS.find(({ which }) => which.test(line))?.why };
  });

/** Every reason that explains nothing. */
export const idle = (): string[] => {
  const used = new Set(explained().map(({ why }) => why));
  return EXPLANATIONS.map(({ why }) => why).filter((why) => !used.has(why));
};

/** The reasons, with how many elements of how many messages each explains, as a table of Markdown. */
export function differenceTable(): string {
  const all = explained();
  const rows = [...new Set(all.map(({ why }) => why))].map((why) => {
    const here = all.filter((one) => one.why === why).map(({ difference }) => difference);
    const elements = [...new Set(here.map(({ element }) => element))].toSorted();
    const shown = elements.slice(0, 3).map((element) => `\`${element}\``);
    return `| ${shown.join(', ')}${elements.length > 3 ? ', …' : ''} | ${why} | ${here.length} | ${new Set(here.map(({ file }) => file)).size} |`;
  });
  return ['| elements | why | differences | messages |', '|---|---|---:|---:|', ...rows].join('\n');
}
