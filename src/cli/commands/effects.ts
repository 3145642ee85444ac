import type { Command } from 'commander';
import type { EffectState, Json } from '../../kit/contract/outcome.ts';
import type { Database } from '../../kit/effects/database.ts';
import { withServices, type Context } from '../context.ts';
import { examples, limit } from '../options.ts';

interface Effect {
  readonly key: string;
  readonly base: string;
  readonly state: EffectState;
  readonly activity: string;
  readonly fingerprint: string | null;
  readonly sends: number;
  readonly outcome: Json;
  readonly intendedAt: Date;
  readonly settledAt: Date | null;
}
interface Entry {
  readonly subject: string;
  readonly n: string;
  readonly key: string;
  readonly entry: string;
  readonly hash: string;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('effects')
    .description('what was done under a key: every generation, its outcome, and its audit entries')
    .argument('<key>', 'a key, with or without its generation')
    .option('--prefix', 'every key that begins so: all that a run did')
    .addOption(limit(200))
    .action((key: string, options: { prefix?: true; limit: number }) =>
      withServices(context, async ({ database }) => {
        const effects = await find(database, key, options.prefix ?? false, options.limit);
        const entries = await audited(
          database,
          effects.map((effect) => effect.key),
        );
        print(context, key, effects, entries);
      }),
    );
  examples(command, context, 'effects orders/ord_42/stock/reserve', 'effects orders/ord_42/ --prefix');
}

/** In the order in which they were begun. `starts_with`, not `like`: an underscore in a key is an underscore. */
const find = (database: Database, key: string, prefix: boolean, limit: number): Promise<Effect[]> =>
  database.query<Effect>(
    `select key, base_key as base, state, activity, fingerprint, sends, outcome,
            intended_at as "intendedAt", settled_at as "settledAt"
     from kit.effects
     where case when $2 then starts_with(base_key, $1)
           else base_key in ($1, (select base_key from kit.effects where key = $1)) end
     order by intended_at, length(key), key limit $3`,
    [key, prefix, limit],
  );

const audited = (database: Database, keys: readonly string[]): Promise<Entry[]> =>
  database.query<Entry>('select subject, n, key, entry, hash from kit.audit where key = any($1) order by subject, n', [
    keys,
  ]);

function print(
  { terminal, self }: Context,
  asked: string,
  effects: readonly Effect[],
  entries: readonly Entry[],
): void {
  for (const effect of effects) {
    const audit = entries
      .filter(({ key }) => key === effect.key)
      .map(({ subject, n, entry, hash }) => ({ subject, n: Number(n), hash, ...(JSON.parse(entry) as Said) }));
    const { key, state, activity, fingerprint, sends, outcome, intendedAt, settledAt } = effect;
    const settled = settledAt === null ? 'not settled' : `settled ${settledAt.toISOString()}`;
    const lines = [
      `${terminal.bold(key)}  ${state}`,
      `  ${activity}, fingerprint ${fingerprint ?? 'none'}`,
      `  begun ${intendedAt.toISOString()}, ${settled}${sends > 0 ? `, sent ${sends === 1 ? 'once' : `${sends} times`}` : ''}`,
      ...(outcome === null ? [] : [`  ${JSON.stringify(outcome)}`]),
      ...audit.map(
        ({ subject, n, event, at, attempt, actor, hash }) =>
          `  audit ${subject} ${n}: ${event} ${at}, attempt ${attempt}, by ${actor}, hash ${hash.slice(0, 12)}…`,
      ),
    ];
    terminal.result({ ...effect, audit }, lines.join('\n'));
  }
  if (effects.length === 0)
    terminal.note(`Nothing is recorded under ${asked}; for all that begin so: ${self} effects ${asked} --prefix`);
}

interface Said {
  readonly event: string;
  readonly at: string;
  readonly attempt: number;
  readonly actor: string;
}
