import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { BERLIN, header, integrated, notIntegrated, parse, PID, told } from './support.ts';
import { messageOf } from '../../../src/domain/hl7/told.ts';

const of = (event: string, fields: Readonly<Record<number, string>> = {}) => header({ 9: event, ...fields });
const AUTHORITY = { namespace: 'NORDKLINIK', universal: '1.2.276.0.76.4.9', universalType: 'ISO' };
const NOBODY = { namespace: '', universal: '', universalType: '' };
const PV1 = `PV1|1|I${'|'.repeat(17)}V-88^^^NORDKLINIK`;
const VISIT = { value: 'V-88', authority: { ...NOBODY, namespace: 'NORDKLINIK' }, type: '', place: 'PV1-19' };

describe('what a message says', () => {
  it('is who sent it, which it is, and what happened when to whom', () => {
    deepStrictEqual(integrated(of('ADT^A01^ADT_A01'), 'EVN||202402291200', PID, PV1), {
      sender: { ...NOBODY, namespace: 'NORDKLINIK' },
      controlId: 'M1',
      event: 'ADT^A01',
      processing: 'P',
      integrated: true,
      at: {
        precision: 'minute',
        date: '2024-02-29',
        dateTime: '2024-02-29T12:00:00+01:00',
        instant: '2024-02-29T11:00:00.000000Z',
      },
      patient: [{ value: '4711', authority: AUTHORITY, type: 'MR', place: 'PID-3' }],
      visit: VISIT,
      content: { kind: 'state' },
    });
  });

  it('is integrated for nine events, and for no other', () => {
    const content = (event: string, ...others: string[]) => integrated(of(event), PID, ...others).content.kind;
    for (const event of ['A01', 'A03', 'A04', 'A08', 'A28', 'A31']) strictEqual(content(`ADT^${event}`), 'state');
    strictEqual(content('ADT^A11', PV1), 'cancel');
    strictEqual(content('ADT^A40', 'MRG|4712'), 'merge');
    strictEqual(content('ORU^R01'), 'report');
    for (const event of [
      'ADT^A02',
      'ADT^A12',
      'ADT^A13',
      'ADT^A29',
      'ADT^A39',
      'ORU^A01',
      'ADT^R01',
      'ORU^R03',
      'SIU^S12',
      'ACK',
    ])
      notIntegrated('not-integrated: MSH-9', of(event), PID, PV1, 'MRG|4712');
    const { event, controlId, sender } = told(of('SIU^S12')); // and no patient at all
    deepStrictEqual([event, controlId, sender.namespace], ['SIU^S12', 'M1', 'NORDKLINIK']);
  });

  it('has its event from EVN-1 where the version has none in MSH-9, and never against MSH-9', () => {
    strictEqual(integrated(of('ADT'), 'EVN|A08|20240229', PID).event, 'ADT^A08');
    strictEqual(integrated(of('ADT^A08'), 'EVN|A01|20240229', PID).event, 'ADT^A08');
    for (const event of ['ADT', '', 'adt^a01', 'ADT^A01x', 'constructor', 'Ottilie^A01']) {
      strictEqual(told(of(event), PID).event, '');
      notIntegrated('not-integrated: MSH-9', of(event), PID);
    }
  });

  it('is told by its sender, the application where no facility is named, and its control id', () => {
    strictEqual(told(of('ADT^A01', { 4: '' }), PID).sender.namespace, 'KIS');
    deepStrictEqual(told(of('ADT^A01', { 4: '^1.2.3^ISO' }), PID).sender, {
      namespace: '',
      universal: '1.2.3',
      universalType: 'ISO',
    });
    strictEqual(told(of('ADT^A01', { 10: ' M 1 ' }), PID).controlId, 'M 1');
    const refused = (reason: string, fields: Readonly<Record<number, string>>) =>
      throws(() => told(of('ADT^A01', fields), PID), { name: 'SourceRefused', message: reason });
    refused('field-missing: MSH-4', { 3: '', 4: '""' });
    refused('field-missing: MSH-10', { 10: ' ' });
    throws(() => messageOf(parse('MSH|^~\\&'), { zone: BERLIN }), { message: 'field-missing: MSH-4' });
  });

  it('happened when EVN-2 says, else MSH-7, and never at a time that is none', () => {
    strictEqual(integrated(of('ADT^A01'), 'EVN||', PID).at.dateTime, '2024-03-01T08:30:00+01:00');
    strictEqual(integrated(of('ADT^A01', { 7: '' }), 'EVN||19610203000000^D', PID).at.dateTime, '1961-02-03');
    notIntegrated('time-malformed: EVN-2', of('ADT^A01'), 'EVN||yesterday', PID);
    notIntegrated('time-malformed: MSH-7', of('ADT^A01', { 7: '20240230' }), PID);
    notIntegrated('field-missing: MSH-7', of('ADT^A01', { 7: '""' }), PID);
  });

  it('is about every identifier of the patient, those of old versions behind, each once', () => {
    const pid = 'PID|1|77^^^OLD|4711^^^A^MR~""~^^^B^MR~4711^^^A^MR~4711^^^A^SS~88|99~77^^^OLD';
    deepStrictEqual(
      integrated(of('ADT^A01'), pid).patient.map(({ value, authority, type, place }) =>
        [value, authority.namespace, type, place].join(),
      ),
      ['4711,A,MR,PID-3', '4711,A,SS,PID-3', '88,,,PID-3', '77,OLD,,PID-2', '99,,,PID-4'],
    );
    strictEqual(integrated(of('ADT^A01'), 'PID|1|77').patient[0]?.place, 'PID-2');
  });

  it('is about one patient, who has an identifier', () => {
    notIntegrated('segment-missing: PID', of('ADT^A01'));
    notIntegrated('field-missing: PID-3', of('ADT^A01'), 'PID|1||""||Quastenflosser');
    notIntegrated('several-patients: PID', of('ORU^R01'), PID, 'PID|2||4712');
  });
});

describe('a cancellation', () => {
  it('names the events and the visit that it cancels', () => {
    deepStrictEqual(integrated(of('ADT^A11'), PID, PV1).content, {
      kind: 'cancel',
      events: ['ADT^A01', 'ADT^A04'],
      visit: VISIT,
    });
  });

  it('of no visit that can be told cancels nothing', () => {
    notIntegrated('field-missing: PV1-19', of('ADT^A11'), PID);
    notIntegrated('field-missing: PV1-19', of('ADT^A11'), PID, 'PV1|1|I');
  });
});

describe('a merge', () => {
  it('names who the patient was before, by the identifiers of every version', () => {
    const { patient, content } = integrated(of('ADT^A40'), PID, 'MRG|4712^^^NORDKLINIK~4713|12||4714');
    strictEqual(patient[0]?.value, '4711');
    deepStrictEqual(
      content.kind === 'merge' &&
        content.prior.map(({ value, authority, place }) => [value, authority.namespace, place].join()),
      ['4712,NORDKLINIK,MRG-1', '4713,,MRG-1', '4714,,MRG-4', '12,,MRG-2'],
    );
  });

  it('of nobody, or of more than one pair, is none', () => {
    notIntegrated('segment-missing: MRG', of('ADT^A40'), PID);
    notIntegrated('field-missing: MRG-1', of('ADT^A40'), PID, 'MRG|');
    notIntegrated('segment-repeated: MRG', of('ADT^A40'), PID, 'MRG|1', 'MRG|2');
    notIntegrated('several-patients: PID', of('ADT^A40'), PID, 'MRG|1', PID, 'MRG|2');
  });
});

describe('a report', () => {
  const results = (...lines: string[]) => {
    const { content } = integrated(of('ORU^R01'), PID, ...lines);
    return content.kind === 'report'
      ? content.results.map(({ identity, status, segment }) => [identity.join('/'), status, segment])
      : [];
  };

  it('has results by the filler’s order, what was observed, and which of them it is', () => {
    deepStrictEqual(
      results(
        'OBR|1|P1|F1^LAB^1.2.3^ISO|CBC',
        'OBX|1|NM|718-7^Hemoglobin^LN||13|g/dL|||||P',
        'NTE|1||a note',
        'OBX|2|NM|718-7^Hemoglobin^LN|2|13|g/dL|||||F',
        'OBR|2||F2|CBC',
        'OBX|1|NM|718-7^Hemoglobin^LN||13|g/dL|||||C',
        'OBX|2|TX|^^^HB^^L||one line||||||F',
        'OBX|3|TX|^^^HB^^L||and another||||||F',
        'OBX|4|TX|^a text alone||x||||||F',
      ),
      [
        ['F1/LAB/1.2.3/718-7/LN//1', 'preliminary', 3],
        ['F1/LAB/1.2.3/718-7/LN/2/1', 'final', 5],
        ['F2///718-7/LN//1', 'corrected', 7],
        ['F2///HB/L//1', 'final', 8],
        ['F2///HB/L//2', 'final', 9],
        ['F2///a text alone///1', 'final', 10],
      ],
    );
  });

  it('has the order’s number from OBR or its ORC, the filler’s before the placer’s', () => {
    const order = (...lines: string[]) =>
      results(...lines, 'OBX|1|NM|1^^L||||||||F').map(([identity]) => String(identity).split('/')[0]);
    deepStrictEqual(order('ORC|RE|P0|F0', 'OBR|1|P1|F1'), ['F1']);
    deepStrictEqual(order('ORC|RE|P0|F0', 'OBR|1|P1|'), ['F0']);
    deepStrictEqual(order('ORC|RE|P0|', 'OBR|1|P1|'), ['P1']);
    deepStrictEqual(order('ORC|RE|P0|', 'OBR|1'), ['P0']);
    notIntegrated(
      'field-missing: segment 5, OBR-3',
      of('ORU^R01'),
      PID,
      'ORC|RE|P0|F0',
      'OBR|1|P1|F1',
      'OBR|2',
      'OBX|1|NM|1^^L||||||||F',
    );
  });

  it('has no results in what is observed of the patient, the order or the specimen', () => {
    const other = 'OBX|1|NM|8302-2^Height^LN||170|cm|||||F';
    const result = 'OBX|1|NM|1^^L||||||||F';
    for (const behind of ['SPM|1', 'ORC|RE', 'PV1|1'])
      deepStrictEqual(
        results(other, 'PV1|1', other, 'ORC|RE|P1|F1', other, 'OBR|1', result, behind, other, 'OBR|1 without any'),
        [['F1///1/L//1', 'final', 8]],
      );
  });

  it('has the status that HL7 says FHIR has for it', () => {
    const statuses = { A: 'amended', B: 'final', C: 'corrected', D: 'entered-in-error', F: 'final', I: 'registered', N: 'unknown', O: 'unknown', P: 'preliminary', R: 'preliminary', S: 'preliminary', U: 'final', V: 'final', W: 'entered-in-error', X: 'cancelled', '': 'unknown', f: 'final' }; // prettier-ignore
    for (const [letter, status] of Object.entries(statuses))
      strictEqual(results('OBR|1||F1', `OBX|1|NM|1^^L||||||||${letter}`)[0]?.[1], status);
    for (const letter of ['Q', 'FF', 'constructor'])
      notIntegrated(
        'status-unknown: segment 4, OBX-11',
        of('ORU^R01'),
        PID,
        'OBR|1||F1',
        `OBX|1|NM|1^^L||||||||${letter}`,
      );
    notIntegrated('field-missing: segment 4, OBX-3', of('ORU^R01'), PID, 'OBR|1||F1', 'OBX|1|NM|||||||||F');
  });
});
