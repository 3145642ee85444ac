import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gaps, HistoryArchive, type Manifest } from '../../../src/kit/histories/archive.ts';
import { parseKeyring } from '../../../src/kit/worker/codec.ts';
import { HISTORIES } from '../../support/recordings.ts';
import { TEST_PAYLOAD_KEYS } from '../../support/test-keys.ts';

const ring = parseKeyring(TEST_PAYLOAD_KEYS);
const FILE = 'transferFunds/refused.json';
const STORY = 'transferFunds/refused.story.txt';
const ON = new Date('2026-12-24T18:00:00Z');

describe('an archive of histories', () => {
  let folder: string;
  let archive: HistoryArchive;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-histories-'));
    cpSync(HISTORIES, folder, { recursive: true });
    archive = new HistoryArchive(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  const refusal = (message: string) => ({ name: 'ArchiveError', message });

  describe('has a fault when', () => {
    const edited = `${FILE}: not the history that was recorded; its SHA-256 is another`;
    for (const [what, plant, fault] of [
      ['a history was edited', () => write(FILE, read(FILE).replace('Overdrawn', 'Overdrwan')), edited],
      ['a history has a blank more', () => appendFileSync(join(folder, FILE), ' '), edited],
      ['a history is gone', () => rmSync(join(folder, FILE)), `${FILE}: missing, and not retired`],
      [
        'a history came in by hand',
        () => cpSync(join(folder, FILE), join(folder, 'transferFunds/mine.json')),
        'transferFunds/mine.json: not in the manifest',
      ],
      ['something else lies about', () => write('notes.txt', ''), 'notes.txt: not in the manifest'],
      [
        'a story was edited',
        () => write(STORY, read(STORY).replace('failed: Overdrawn', 'done')),
        `${STORY}:2: not the story of its history\n- holdFunds ledger/recorded-refused/hold: done\n` +
          '+ holdFunds ledger/recorded-refused/hold: failed: Overdrawn',
      ],
      [
        'a story goes on where its history has ended',
        () => appendFileSync(join(folder, STORY), 'and all was well\n'),
        `${STORY}:5: not the story of its history\n- and all was well\n+ (nothing)`,
      ],
      [
        'a story is gone',
        () => rmSync(join(folder, STORY)),
        `${STORY}:1: not the story of its history\n- (nothing)\n` +
          '+ transferFunds ledger/recorded-refused: started, transfer recorded-refused, GBP',
      ],
      [
        'the manifest claims another fate',
        () =>
          write(
            'manifest.json',
            read('manifest.json').replace(/(fulfilOrder\/refused\.json.*"fate":)"refused"/, '$1"completed"'),
          ),
        'fulfilOrder/refused.json: the manifest does not say what it says',
      ],
      [
        'a retired one came back',
        async () => {
          const text = read(FILE);
          await archive.retire(FILE, 'a test', ON);
          write(FILE, text);
        },
        `${FILE}: retired on 2026-12-24, and there all the same`,
      ],
    ] satisfies [string, () => unknown, string][])
      it(what, async () => {
        assert.deepEqual(await archive.faults(ring), []);
        await Promise.resolve(plant());
        assert.deepEqual(await archive.faults(ring), [fault]);
      });
  });

  it('adds a history once, with its story, and knows its day, version and fate', async () => {
    const text = read(FILE);
    const empty = new HistoryArchive(join(folder, 'empty'));
    assert.equal(await empty.add('refused', text), join(folder, 'empty', FILE));
    assert.equal(read(`empty/${FILE}`), text);
    assert.equal(read(`empty/${STORY}`), read(STORY));
    assert.deepEqual((await empty.manifest())[FILE], (await archive.manifest())[FILE]);
    assert.deepEqual(await empty.faults(), []);
    await assert.rejects(
      empty.add('refused', read('transferFunds/completed.json')),
      refusal(`${FILE} is there already: histories are never overwritten`),
    );
    rmSync(join(folder, 'empty', 'manifest.json'));
    await assert.rejects(
      empty.add('refused', text),
      refusal(`${FILE} is there already: histories are never overwritten`),
    );
    assert.equal(read(`empty/${FILE}`), text);
  });

  it('takes no name that would leave it, and nothing that is no history', async () => {
    await assert.rejects(
      archive.add('../mine', read(FILE)),
      /^ArchiveError: transferFunds\/\.\.\/mine\.json is no name of a history/,
    );
    await assert.rejects(archive.add('mine', '{"events":[]}'), refusal('mine is not the history of a run'));
    await assert.rejects(archive.add('mine', 'Dear Sir'), refusal('mine is not the history of a run'));
  });

  it('says that its manifest is no JSON, as after a merge that was left half-way', async () => {
    write('manifest.json', `<<<<<<< ours\n${read('manifest.json')}`);
    await assert.rejects(archive.faults(), refusal(`${join(folder, 'manifest.json')} is not JSON`));
  });

  it('retires a history with a reason: the file goes, the name stays taken', async () => {
    const text = read(FILE);
    const [found, file] = HistoryArchive.of(join(folder, FILE));
    await found.retire(file, 'no run of before 2.0 is open', ON);
    assert.deepEqual(
      readdirSync(join(folder, 'transferFunds')).filter((name) => name.startsWith('refused')),
      [],
    );
    assert.deepEqual((await archive.manifest())[FILE]?.retired, {
      reason: 'no run of before 2.0 is open',
      on: '2026-12-24',
    });
    assert.deepEqual(await archive.faults(ring), []);
    await assert.rejects(archive.add('refused', text), refusal(`${FILE} is retired: histories are never overwritten`));
    await assert.rejects(archive.retire(FILE, 'again', ON), refusal(`${FILE} was retired on 2026-12-24`));
    await assert.rejects(
      archive.retire('transferFunds/never.json', 'x', ON),
      refusal(`transferFunds/never.json is not in the manifest of ${folder}`),
    );
  });
});

describe('the gaps of an archive', () => {
  const recorded = { sha256: '', recorded: '2026-11-23', version: null };
  const all: Manifest = {
    'a/completed.json': { ...recorded, fate: 'completed' },
    'a/refused.json': { ...recorded, fate: 'refused' },
    'a/compensated.json': { ...recorded, fate: 'compensated' },
    'a/open.json': { ...recorded, fate: null },
  };

  it('are none where each fate of each workflow has a history', () => {
    assert.deepEqual(gaps([{ workflow: 'a' }], all), []);
  });

  it('are a workflow without any history, and a fate without one', () => {
    const retired = { ...recorded, fate: 'refused', retired: { reason: 'a test', on: '2026-12-24' } } as const;
    assert.deepEqual(gaps([{ workflow: 'a' }, { workflow: 'madeUp' }], { ...all, 'a/refused.json': retired }), [
      'a: no history of a run that ended refused',
      'madeUp: no history of a run that ended completed',
      'madeUp: no history of a run that ended refused',
      'madeUp: no history of a run that ended compensated',
    ]);
  });

  it('are no fates that are declared never to be, unless there is such a history', () => {
    const never = { compensated: 'it changes nothing that could be undone' };
    const { 'a/compensated.json': _compensated, ...others } = all;
    assert.deepEqual(gaps([{ workflow: 'a', never }], others), []);
    assert.deepEqual(gaps([{ workflow: 'a', never }], all), [
      'a/compensated.json: compensated, which is declared never to be',
    ]);
  });

  it('are histories of a workflow that no pipeline starts', () => {
    assert.deepEqual(gaps([], { 'b/refused.json': { ...recorded, fate: 'refused' } }), [
      'b/refused.json: of a workflow that no pipeline starts',
    ]);
  });
});
