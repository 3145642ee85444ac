import { deepStrictEqual, rejects, strictEqual, throws } from 'node:assert/strict';
import { readLabCsv } from '../../../src/domain/sources/lab-csv.ts';
import { LAB_COLUMNS, parseLabForm } from '../../../src/domain/sources/lab-form.ts';
import { LIMITS } from '../../../src/domain/sources/limits.ts';
import { inChunks } from '../statements/support.ts';

const FORM = { zone: 'Europe/Berlin' };
const HEADER = LAB_COLUMNS.join(',');
const ROW =
  '4711,NORDKLINIK,Quastenflosser,Ottilie,1961-02-03,F,L-88,718-7,LN,Hemoglobin,13.1,g/dL,12-16,N,F,2024-03-01 07:10,2024-03-01T08:30';

async function rows(text: string | Uint8Array, form: unknown = FORM, size?: number) {
  const found = [];
  for await (const row of readLabCsv(inChunks(text, size), parseLabForm(form))) found.push(row);
  return found;
}
const inShort = async (text: string | Uint8Array, form?: unknown) =>
  (await rows(text, form)).map(({ line, result, refused }) =>
    refused ? refused.message : `${line}: ${result.identity.join('/')} ${result.value}`,
  );

describe('a laboratory CSV', () => {
  it('has a row a result, of a patient, with what was observed and when it was said', async () => {
    const [row] = await rows(`${HEADER}\n${ROW}\n`);
    deepStrictEqual(row?.result, {
      identity: ['L-88', '718-7', 'LN'],
      patient: {
        value: '4711',
        authority: 'NORDKLINIK',
        family: 'Quastenflosser',
        given: 'Ottilie',
        birthDate: '1961-02-03',
        sex: 'F',
      },
      name: 'Hemoglobin',
      value: '13.1',
      unit: 'g/dL',
      range: '12-16',
      flag: 'N',
      status: 'final',
      observed: {
        precision: 'minute',
        date: '2024-03-01',
        dateTime: '2024-03-01T07:10:00+01:00',
        instant: '2024-03-01T06:10:00.000000Z',
      },
      reported: {
        precision: 'minute',
        date: '2024-03-01',
        dateTime: '2024-03-01T08:30:00+01:00',
        instant: '2024-03-01T07:30:00.000000Z',
      },
    });
    deepStrictEqual([row.line, Buffer.from(row.bytes ?? []).toString()], [2, ROW]);
  });

  it('has columns by the names, in the order and in the character set that its form declares', async () => {
    const form = {
      zone: 'Europe/Berlin',
      delimiter: ';',
      charset: '8859/1',
      columns: {
        patient: 'Fallnr',
        order: 'Auftrag',
        code: 'Größe',
        status: 'Stand',
        reported: 'Befund',
        value: 'Wert',
      },
      statuses: { vorläufig: 'preliminary' },
    };
    const text = 'Wert;Befund;Fallnr;Auftrag;Größe;Stand;Notiz\r\n"1;3";202403010830;4711;L-1;HB;vorläufig;egal\r\n';
    for (const size of [1, 1_000]) {
      const [row] = await rows(Buffer.from(text, 'latin1'), form, size);
      deepStrictEqual(
        [row?.result?.identity, row?.result?.value, row?.result?.status],
        [['L-1', 'HB', ''], '1;3', 'preliminary'],
      );
      deepStrictEqual([row?.result?.observed, row?.result?.unit], [null, '']);
    }
    deepStrictEqual(await inShort(`\uFEFF${HEADER}\n${ROW}`), ['2: L-88/718-7/LN 13.1']);
  });

  it('knows a time by HL7’s form and by ISO’s', async () => {
    const at = async (reported: string) => {
      const [row] = await rows(`${HEADER}\n${ROW.replace('2024-03-01T08:30', reported)}`);
      return row?.refused?.message ?? row?.result?.reported.dateTime;
    };
    for (const [text, expected] of [
      ['2024-03-01', '2024-03-01'],
      ['2024-03-01 08:30:15.25', '2024-03-01T08:30:15.25+01:00'],
      ['2024-03-01T08:30Z', '2024-03-01T08:30:00+00:00'],
      ['2024-03-01T08:30:00-05:00', '2024-03-01T08:30:00-05:00'],
      ['202403010830+0200', '2024-03-01T08:30:00+02:00'],
      ['01.03.2024', 'time-malformed: line 2, reported'],
      ['2024-02-30', 'time-malformed: line 2, reported'],
    ])
      strictEqual(await at(text ?? ''), expected);
  });

  it('keeps a bad row with its line and the reason, and reads on', async () => {
    const bad = [
      ['a,b', 'row-malformed: line 3'],
      [`${ROW},x`, 'row-malformed: line 3'],
      [ROW.replace('Ottilie', '"Ottilie'), 'row-malformed: line 3'],
      [ROW.replace('4711', ''), 'field-missing: line 3, patient'],
      [ROW.replace('L-88', ' '), 'field-missing: line 3, order'],
      [ROW.replace('718-7', ''), 'field-missing: line 3, code'],
      [ROW.replace(',F,2024', ',,2024'), 'field-missing: line 3, status'],
      [ROW.replace(',F,2024', ',done,2024'), 'status-unknown: line 3, status'],
      [ROW.replace('2024-03-01T08:30', ''), 'field-missing: line 3, reported'],
      [ROW.replace('07:10', '25:10'), 'time-malformed: line 3, observed'],
      [ROW.replace('Ottilie', 'Ott\0ilie'), 'control-character: line 3'],
      [ROW.replace('Ottilie', 'x'.repeat(LIMITS.lineBytes)), 'line-too-long: line 3'],
    ] as const;
    for (const [row, reason] of bad)
      deepStrictEqual(await inShort(`${HEADER}\n\n${row}\r\n${ROW}`), [reason, '4: L-88/718-7/LN 13.1']);
    const wrong = Buffer.from(`${HEADER}\n${ROW.replace('Ottilie', '\u00e4')}\n`, 'latin1');
    deepStrictEqual(await inShort(wrong), ['charset-mismatch: line 2']);
    deepStrictEqual(await inShort(`${HEADER}\n${ROW.replace('13.1', '"1,3"')}`), ['2: L-88/718-7/LN 1,3']);
  });

  it('without the columns of its form is refused whole', async () => {
    const refuses = (message: string, text: string, form?: unknown) =>
      rejects(inShort(text, form), { name: 'SourceRefused', message });
    await refuses('column-missing: patient, line 1', '');
    await refuses('column-missing: order, line 1', `${HEADER.replace('order', 'Ottilie')}\n`);
    await refuses('column-repeated: code, line 1', `${HEADER},code\n`);
    await refuses('row-malformed: line 1', `"${HEADER}\n`);
    deepStrictEqual(await inShort(`${HEADER.replace('authority,', '')}\n${ROW.replace('NORDKLINIK,', '')}`), [
      '2: L-88/718-7/LN 13.1',
    ]);
  });
});

describe('the form of a laboratory CSV', () => {
  it('that says what there is not is refused, at the field', () => {
    const refuses = (at: string, form: unknown) =>
      throws(() => parseLabForm(form), { message: `form-malformed: ${at}` });
    refuses('form', null);
    refuses('form, field 2', { ...FORM, Ottilie: 1 });
    refuses('zone', {});
    refuses('zone', { zone: 'Europe/Nowhere' });
    refuses('delimiter', { ...FORM, delimiter: 'x' });
    refuses('charset', { ...FORM, charset: 'UNICODE' });
    refuses('columns', { ...FORM, columns: [] });
    refuses('columns, field 1', { ...FORM, columns: { Ottilie: 'x' } });
    refuses('columns.patient', { ...FORM, columns: {} });
    refuses('columns.unit', { ...FORM, columns: { unit: 7 } });
    refuses('statuses', { ...FORM, statuses: { x: 'done' } });
    refuses('statuses', { ...FORM, statuses: { x: null } });
  });
});
