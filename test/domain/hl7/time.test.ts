import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { timeOf } from '../../../src/domain/hl7/time.ts';
import { zoneNamed } from '../../../src/domain/instants.ts';
import { BERLIN, zone } from './support.ts';

const brief = (text: string, degree?: string, of = BERLIN) => {
  const time = timeOf(text, of, degree);
  return time && [time.precision, time.dateTime, time.instant];
};

describe('a time', () => {
  it('is as precise as it was told, and its moment the first that it can be', () => {
    for (const [text, ...expected] of [
      ['1961', 'year', '1961', '1960-12-31T23:00:00.000000Z'],
      ['196102', 'month', '1961-02', '1961-01-31T23:00:00.000000Z'],
      ['19610230'.replace('30', '03'), 'day', '1961-02-03', '1961-02-02T23:00:00.000000Z'],
      ['2024030108', 'hour', '2024-03-01T08:00:00+01:00', '2024-03-01T07:00:00.000000Z'],
      ['202403010830', 'minute', '2024-03-01T08:30:00+01:00', '2024-03-01T07:30:00.000000Z'],
      ['20240301083015', 'second', '2024-03-01T08:30:15+01:00', '2024-03-01T07:30:15.000000Z'],
      ['20240301083015.0123', 'fraction', '2024-03-01T08:30:15.0123+01:00', '2024-03-01T07:30:15.012300Z'],
      ['20240301083015.1234567', 'fraction', '2024-03-01T08:30:15.1234567+01:00', '2024-03-01T07:30:15.123456Z'],
    ] as const)
      deepStrictEqual(brief(text), expected);
    strictEqual(timeOf('20240301083015', BERLIN)?.date, '2024-03-01');
  });

  it('has its own offset before the source’s zone', () => {
    deepStrictEqual(brief('202403010830-0515'), ['minute', '2024-03-01T08:30:00-05:15', '2024-03-01T13:45:00.000000Z']);
    deepStrictEqual(brief('202403010830+0530')?.[2], '2024-03-01T03:00:00.000000Z');
    deepStrictEqual(brief('202403010830-0000'), ['minute', '2024-03-01T08:30:00+00:00', '2024-03-01T08:30:00.000000Z']);
    deepStrictEqual(brief('20240301+1400'), ['day', '2024-03-01', '2024-02-29T10:00:00.000000Z']);
  });

  it('goes by the zone’s summer, the first of two and the moment behind a gap where its clocks are set', () => {
    strictEqual(brief('202407010830')?.[1], '2024-07-01T08:30:00+02:00');
    deepStrictEqual(brief('202410270230')?.slice(1), ['2024-10-27T02:30:00+02:00', '2024-10-27T00:30:00.000000Z']);
    deepStrictEqual(brief('202410270300')?.slice(1), ['2024-10-27T03:00:00+01:00', '2024-10-27T02:00:00.000000Z']);
    deepStrictEqual(brief('202403310230')?.slice(1), ['2024-03-31T02:30:00+01:00', '2024-03-31T01:30:00.000000Z']);
    deepStrictEqual(brief('202403310300')?.slice(1), ['2024-03-31T03:00:00+02:00', '2024-03-31T01:00:00.000000Z']);
    strictEqual(brief('202401010000', '', zone('Asia/Kathmandu'))?.[1], '2024-01-01T00:00:00+05:45');
    strictEqual(brief('202401010000', '', zone('America/St_Johns'))?.[1], '2024-01-01T00:00:00-03:30');
    strictEqual(brief('202407010000', '', zone('UTC'))?.[1], '2024-07-01T00:00:00+00:00');
  });

  it('is no more than its degree of precision says, in versions that have one', () => {
    deepStrictEqual(brief('19610203000000', 'D')?.slice(0, 2), ['day', '1961-02-03']);
    deepStrictEqual(brief('19610101', 'Y')?.slice(0, 2), ['year', '1961']);
    deepStrictEqual(brief('196102', 'S')?.slice(0, 2), ['month', '1961-02']);
    deepStrictEqual(brief('19610203', 'L')?.slice(0, 2), ['month', '1961-02']);
    deepStrictEqual(brief('19610203', '?')?.slice(0, 2), ['day', '1961-02-03']);
  });

  it('that there is not is none', () => {
    for (const text of [
      '',
      '61',
      '0000',
      '20240',
      '20241301',
      '20240230',
      '20230229',
      '19000229',
      '20240301240000',
      '202403010860',
      '20240301083060',
      '20240301083015.',
      '20240301.5',
      '2024-03-01',
      '202403010830+01',
      '202403010830+1401',
      '202403010830+0160',
      '00000101',
      '99991231235959-0100',
      'x2024',
      '2024x',
      '٢٠٢٤',
    ])
      // prettier-ignore
      strictEqual(timeOf(text, BERLIN), undefined, text);
    deepStrictEqual(brief('20000229')?.[1], '2000-02-29');
    deepStrictEqual(brief(' 00240101 ')?.slice(1), ['0024-01-01', '0023-12-31T23:07:00.000000Z']); // by the sun of Berlin
  });

  it('has moments that sort as time does', () => {
    const any = fc.date({ min: new Date('1000-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
    const dtm = (date: Date) => `${date.toISOString().replaceAll(/[-:TZ]/g, '')}+0000`;
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [x = '', y = ''] = [a, b].map((date) => timeOf(dtm(date), BERLIN)?.instant);
        strictEqual(x.length, 27);
        strictEqual(Math.sign(a.getTime() - b.getTime()), x < y ? -1 : x > y ? 1 : 0);
        strictEqual(new Date(x).getTime(), a.getTime());
      }),
    );
  });

  it('is the same moment by its zone as by the offset that its zone has then', () => {
    const names = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Casablanca'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: 0, max: 2_000_000_000 }), (name, seconds) => {
        const ms = seconds * 1_000;
        const parts = new Intl.DateTimeFormat('en-GB', {
          timeZone: name,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(ms);
        const [, day, month, year, clock = ''] = /^(\d\d)\/(\d\d)\/(\d{4}), ([\d:]+)$/.exec(parts) ?? [];
        const told = timeOf(`${year}${month}${day}${clock.replaceAll(':', '')}`, zone(name));
        const apart = ms - new Date(told?.dateTime ?? '').getTime();
        strictEqual(apart === 0 || apart === 3_600_000 || apart === 1_800_000, true, `${name} ${parts}`); // the second of two
        strictEqual(new Date(told?.instant ?? '').getTime(), ms - apart);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a zone', () => {
  it('is one by the name that IANA gives it', () => {
    strictEqual(zoneNamed('Europe/Nowhere'), undefined);
    strictEqual(zoneNamed(''), undefined);
    strictEqual(zoneNamed('Europe/Berlin')?.name, 'Europe/Berlin');
  });
});
