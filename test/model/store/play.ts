import { Differs } from '../check.ts';
import { heldAt, inWords, type Command } from './commands.ts';
import { ask } from './far.ts';
import { ends } from './ends.ts';
import { broken } from './laws.ts';
import { differences, seenLines, worldLines } from './lines.ts';
import { begin, emptyWorld, keyOf, resolve, undoOf, wake, type Decision, type Told, type World } from './world.ts';
import type { Site, System } from './systems.ts';
import type { Thread } from './threads.ts';

/** The more are under way, the more orders there are. */
const SLEEPERS = 3;
const WAITING = 2;
const PATIENCE_MS = 20_000;

/** Tells the commands to a store and to the model, and compares after each. */
export async function play(system: System, story: string, commands: readonly Command[]): Promise<void> {
  const player = new Player(system, story);
  try {
    for (const command of commands) await player.follow(command);
    await player.end();
  } finally {
    player.leave();
  }
}

class Player {
  readonly #site: Site;
  readonly #threads = new Map<number, Thread>();
  readonly #lines: string[] = [];
  /** Who was first at a booking, and with what: a redrive goes through the same again. */
  readonly #firsts = new Map<string, Told>();
  /** Settled by a person's word. */
  readonly #byHand = new Set<string>();
  /** What the store may be, by what was seen of it. */
  #worlds: World[];
  #ids = 0;

  constructor(system: System, story: string) {
    this.#site = system.open(story);
    this.#worlds = [emptyWorld(system.mode)];
  }

  /** For what is the same in every world: what is under way, and what was seen. */
  get #world(): World {
    return this.#worlds[0]!;
  }
  get #sleepers(): number[] {
    return Object.values(this.#world.attempts).flatMap(({ id, sleeps }) => (sleeps ? [id] : []));
  }

  async follow(command: Command): Promise<void> {
    switch (command.do) {
      case 'attempt':
        return this.#attempt(command.told);
      case 'twins':
        return this.#attempt(...command.told);
      case 'wake': {
        const { [command.which % this.#sleepers.length]: id } = this.#sleepers;
        return id === undefined ? undefined : this.#wake(id, command);
      }
      case 'arrive': {
        const { length } = this.#world.far.late;
        return length === 0 ? undefined : this.#arrive(command.which % length);
      }
      case 'redrive':
        this.#lines.push('the run is redriven:');
        for (const told of this.#firsts.values()) await this.#attempt(told);
        return undefined;
      case 'day passes':
        return this.#step(
          '25 hours pass',
          (w) => (w.hour += 25),
          () => (this.#site.hour += 25),
        );
      case 'resolve':
        return this.#resolve(command.decision);
    }
  }

  /** Everybody wakes, every request arrives, and every booking is asked for once more. */
  async end(): Promise<void> {
    for (const id of this.#sleepers) await this.#wake(id, { until: 'end', then: 'sleeps' });
    while (this.#world.far.late.length > 0) await this.#arrive(0);
    for (const told of this.#firsts.values()) await this.#attempt(told);
    const faults = await this.#site.faults();
    if (faults.length > 0) throw this.#differs([`the audit has faults: ${faults.join(', ')}`]);
  }

  /** Nobody is left asleep in a transaction when a story breaks off. */
  leave(): void {
    for (const thread of this.#threads.values()) thread.die();
  }

  async #attempt(...told: Told[]): Promise<void> {
    const waiting = Object.values(this.#world.attempts).filter(({ sleeps }) => !sleeps);
    if (waiting.length + told.length > WAITING) return;
    const many = this.#sleepers.length >= SLEEPERS;
    const all = told.map((each) => ({
      id: ++this.#ids,
      told: many ? { ...each, until: 'end' as const } : limited(each),
    }));
    for (const { told: each } of all) {
      const first = { ...each, what: 'book', says: 'yes', line: 'whole', until: 'end' } as const;
      if (each.what === 'book' && !this.#firsts.has(each.booking)) this.#firsts.set(each.booking, first);
    }
    await this.#step(
      all.map(({ id, told: each }) => inWords(id, each)).join(' and at the same moment '),
      (w) => all.forEach(({ id, told: each }) => begin(w, id, each)),
      () => all.forEach(({ id, told: each }) => this.#threads.set(id, this.#site.start(id, each))),
    );
  }

  async #wake(id: number, to: Pick<Told, 'until' | 'then'>): Promise<void> {
    const { until, then } = limited({ ...this.#world.attempts[id]!, ...to });
    await this.#step(
      `#${id} wakes`,
      (w) => wake(w, id, until, then),
      () => this.#threads.get(id)!.goOn({ until, then }),
    );
  }

  /** A request that was late reaches the far side; nobody hears its answer. */
  async #arrive(which: number): Promise<void> {
    const { mode, far } = this.#world;
    const { from, order } = far.late[which]!;
    await this.#step(
      `the late request of #${from} (${order.what} ${order.key}) arrives`,
      (w) => w.far.late.splice(which, 1).forEach((each) => ask(w.far, w.mode, each.order, each.says)),
      () => {
        const mine = this.#site.far.late.findIndex((each) => each.from === from);
        this.#site.far.late.splice(mine, 1).forEach((each) => ask(this.#site.far, mode, each.order, each.says));
      },
    );
  }

  /** A person looks before deciding: at who is under way, and at the far side. */
  async #resolve({ booking, undo, action }: Omit<Decision, 'seats'>): Promise<void> {
    const w = this.#world;
    const forward = keyOf(w, booking);
    const key = undo ? keyOf(w, undoOf(forward)) : forward;
    const underWay =
      Object.values(w.attempts).some((each) => each.booking === booking) ||
      w.far.late.some(({ order }) => order.key.startsWith(booking));
    const state = w.rows[key]?.state;
    const happened = w.far.done.includes(`${undo ? 'cancel' : 'book'} ${key}`);
    const asksAgain = action === 'retry' && w.mode !== 'neither';
    if (w.locks[booking] !== undefined) return;
    if (w.mode !== 'local' && underWay && !asksAgain) return;
    if (state === 'intended' && happened && !asksAgain && action !== 'complete') return;
    // What is not there cannot be undone by hand.
    if (undo && action === 'complete' && w.rows[forward]?.state !== 'applied') return;
    if (action !== 'retry' && !happened && state !== 'applied') this.#byHand.add(key);
    const decision = { booking, undo, action, seats: w.rows[forward]?.seats ?? 2 };
    const id = ++this.#ids;
    await this.#step(
      `a person resolves ${key}: ${action}`,
      (each) => resolve(each, decision),
      () => this.#site.resolve(id, decision),
    );
  }

  async #step(what: string, inModel: (w: World) => unknown, inStore: () => unknown): Promise<void> {
    this.#worlds = this.#worlds.flatMap((w) => {
      const next = structuredClone(w);
      inModel(next);
      return ends(next);
    });
    await inStore();
    this.#lines.push(what);
    const waiting = Object.values(this.#world.attempts).filter(({ at, sleeps }) => at !== 'gone' && !sleeps);
    for (const { id } of waiting) {
      // Who waits for a key goes to the end when it gets it: one waiter at a time would otherwise hold up the next.
      for (const w of this.#worlds) w.attempts[id]!.until = 'end';
      this.#threads.get(id)!.goOn({ until: 'end', then: 'sleeps' });
    }
    for (const { id } of Object.values(this.#world.attempts))
      if (!waiting.some((each) => each.id === id)) await this.#rests(id);
    const seen = await this.#site.look();
    const found = seenLines(seen, this.#threads);
    this.#lines[this.#lines.length - 1] += this.#became();
    const fits = this.#worlds.filter((w) => differences(worldLines(w, this.#threads), found).length === 0);
    if (fits.length === 0) throw this.#differs(differences(worldLines(this.#world, this.#threads), found));
    this.#worlds = fits;
    const laws = broken(seen, this.#byHand);
    if (laws.length > 0) throw this.#differs(laws);
    for (const { id, at } of Object.values(this.#world.attempts))
      if (at === 'gone') {
        this.#threads.delete(id);
        for (const w of this.#worlds) delete w.attempts[id];
      }
  }

  #differs(what: readonly string[]): Differs {
    return new Differs([...this.#lines.map((line, n) => `${String(n + 1).padStart(2)}. ${line}`), ...what].join('\n'));
  }

  async #rests(id: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), PATIENCE_MS)));
    const came = await Promise.race([this.#threads.get(id)!.rests, late]);
    clearTimeout(timer);
    if (came === 'late') throw this.#differs([`#${id} neither ends nor gets to where it is held`]);
  }

  #became(): string {
    const said = Object.values(this.#world.attempts).flatMap(({ id }) => {
      const { answer, sleepsAt } = this.#threads.get(id)!;
      if (answer === undefined && sleepsAt === undefined) return [`#${id} waits for the key`];
      if (answer === undefined)
        return this.#lines.at(-1)!.includes(`#${id} `) ? [`#${id} sleeps ${heldAt(sleepsAt!)}`] : [];
      return [answer === null ? `#${id} dies${this.#diedAt(id)}` : `#${id} gets ${answer}`];
    });
    return said.length === 0 ? '' : ` → ${said.join(', ')}`;
  }
  #diedAt(id: number): string {
    const { until } = this.#world.attempts[id]!;
    return until === 'end' ? '' : ` ${heldAt(until)}`;
  }
}

/** In Postgres these hold the end of the run's audit chain: who sleeps there would hold up all other keys of the run. */
const limited = <T extends Told>(told: T): T =>
  told.until === 'settled' || (told.until === 'worked' && told.what === 'cancel') ? { ...told, then: 'dies' } : told;
