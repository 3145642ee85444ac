import { Database } from '../../src/kit/effects/database.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../support/stack.ts';
import { holds, runs, seed } from './check.ts';
import { plain, simpler, stories, type Command } from './store/commands.ts';
import type { Mode } from './store/far.ts';
import { play } from './store/play.ts';
import type { Told } from './store/world.ts';
import { inMemory, inPostgres, NOTES, type System } from './store/systems.ts';

const MODES: readonly Mode[] = ['local', 'keyed', 'probeable', 'neither'];
/** Asleep in a transaction is asleep: no time-out wakes it. */
const TIMEOUTS = { lockMs: 60_000, statementMs: 60_000, idleInTransactionMs: 60_000 };
/** On a machine that is busy with other things. */
const STORY_MS = 500;
const LANES = 6;
/** Of each lane: its sleepers, twins and the look after them. */
const CONNECTIONS = LANES * 6;

describe('the life of a key is that of the model:', function () {
  this.timeout(STACK_TIMEOUT_MS + runs(500) * STORY_MS);
  let database: Database;
  before(async () => {
    const { url } = await freshDatabase('model');
    database = new Database(url, { max: CONNECTIONS, timeouts: TIMEOUTS });
    await database.query(NOTES);
  });
  after(() => database.close());

  const STORES = [
    { name: 'memory', slice: 500, lanes: 1, of: (mode: Mode): System => inMemory(mode) },
    { name: 'Postgres', slice: 100, lanes: LANES, of: (mode: Mode): System => inPostgres(mode, database) },
  ];
  let told = 0;
  for (const { name, slice, lanes, of } of STORES)
    for (const mode of MODES)
      it(`${name}, ${mode} (${runs(slice)} stories, seed ${seed})`, () =>
        holds<Command>({
          title: `${name}, ${mode}`,
          file: 'test/model/store.test.ts',
          stories: stories(mode),
          tell: (story) => play(of(mode), `model-${++told}`, story),
          simpler,
          runs: runs(slice),
          lanes,
        }));

  describe('a story that was told otherwise once', () => {
    const attempt = (told?: Partial<Told>): Command => ({ do: 'attempt', told: plain(told) });
    const wakes: Command = { do: 'wake', which: 0, until: 'end', then: 'sleeps' };
    const resolved = (action: 'retry' | 'skip', undo = false): Command => ({
      do: 'resolve',
      decision: { booking: 'b1', undo, action },
    });
    const STORIES: readonly [what: string, Mode, readonly Command[]][] = [
      [
        'a request that was made for a generation that is no more is not sent',
        'keyed',
        [attempt({ until: 'prepared' }), attempt({ says: 'no' }), resolved('retry'), wakes],
      ],
      [
        'a draft that was made for a generation that is no more is not committed',
        'probeable',
        [attempt({ until: 'prepared' }), attempt({ says: 'no', until: 'fenced', then: 'dies' }), attempt(), wakes],
      ],
      [
        "nor is an undo's",
        'keyed',
        [
          attempt(),
          attempt({ what: 'cancel', until: 'prepared' }),
          attempt({ what: 'cancel', says: 'no' }),
          resolved('retry', true),
          wakes,
        ],
      ],
      [
        'an undo that slept through a generation burns the one that it undoes',
        'keyed',
        [
          attempt(),
          attempt({ what: 'cancel', until: 'prepared' }),
          attempt({ what: 'cancel' }),
          resolved('retry'),
          attempt(),
          attempt({ what: 'cancel', until: 'intended', then: 'dies' }),
          wakes,
        ],
      ],
      ['an undo that a person skips burns what never came', 'local', [resolved('skip', true), attempt()]],
    ];
    for (const [what, mode, story] of STORIES)
      for (const { name, of } of STORES) it(`${what} (${name})`, () => play(of(mode), `model-${++told}`, story));
  });
});
