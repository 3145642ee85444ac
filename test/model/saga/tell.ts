import { Differs } from '../check.ts';
import { expected, type End, type Final } from './expected.ts';
import { inWords, planOf, type Item, type Plan } from './plan.ts';
import type { Came, Theatre } from './stage.ts';

/** Tells a story on a server and compares its end with those that the model allows. */
export async function tell(theatre: Theatre, items: readonly Item[]): Promise<void> {
  const plan = planOf(items);
  const words = inWords(plan).map((line, n) => `${String(n + 1).padStart(2)}. ${line}`);
  const came = await theatre.tell(plan).catch((error: unknown) => {
    throw error instanceof Differs ? new Differs([...words, `    ${error.message}`].join('\n')) : error;
  });
  const faults = [...came.broken, ...laws(plan, came)];
  const ends = expected(plan);
  const finals = finalsOf(plan, came);
  if (!ends.some((end) => allows(end, came, finals)))
    faults.push(...ends.map((end) => `expected  ${inShort(end)}`), `found     ${foundIn(came, finals)}`);
  if (faults.length === 0) return;
  throw new Differs(
    [
      ...words,
      ...came.log.map((line) => `    - ${line}`),
      ...faults.map((line) => `    ${line}`),
      `    effects   ${came.audit.filter((each) => !each.includes('decisions/')).join(', ')}`,
    ].join('\n'),
  );
}

const allows = ({ fates, reasons, steps }: End, { ended }: Came, finals: Record<string, Final>): boolean =>
  fates.includes(ended.fate) &&
  reasons.includes(ended.reason) &&
  Object.entries(finals).every(([name, final]) => steps[name]!.includes(final));

const inShort = ({ fates, reasons, steps }: End): string =>
  [
    fates.join(' or '),
    `(${reasons.join(', ')}):`,
    Object.entries(steps)
      .map(([name, finals]) => `${name} ${finals.join(' or ')}`)
      .join(', '),
  ].join(' ');
const foundIn = ({ ended }: Came, finals: Record<string, Final>): string =>
  `${ended.fate} (${ended.reason}): ${Object.entries(finals)
    .map(([name, final]) => `${name} ${final}`)
    .join(', ')}`;

const count = ({ done }: Came, what: string): number => done.filter((each) => each === what).length;

function finalsOf({ stages }: Plan, came: Came): Record<string, Final> {
  return Object.fromEntries(
    stages
      .flatMap(({ steps }) => steps)
      .map(({ name }) => {
        const [booked, undone] = [count(came, `book ${name}`), count(came, `undo ${name}`)];
        return [name, booked > undone ? 'stands' : booked > 0 ? 'undone' : 'never'];
      }),
  );
}

/** What holds of every story, said without the model. */
function laws({ stages }: Plan, came: Came): string[] {
  const faults: string[] = [];
  const { ended, effects, audit, recorded } = came;
  const undos = effects.filter(({ key, state }) => key.includes('/undo') && state === 'applied');
  const undone = undos.filter(
    ({ outcome }) => outcome !== null && 'applied' in outcome && (outcome.applied as { undone: boolean }).undone,
  );
  const wasUndone = (name: string): boolean => undone.some(({ key }) => key.startsWith(`${name}/undo`));
  for (const { name } of stages.flatMap(({ steps }) => steps))
    for (const what of ['book', 'undo'])
      if (count(came, `${what} ${name}`) > 1)
        faults.push(`${what} ${name} happened ${count(came, `${what} ${name}`)} times`);
  if (ended.fate === 'completed' && undos.length > 0) faults.push('completed, and an undo has run');
  if (ended.fate === 'compensated' && undone.length === 0) faults.push('compensated, and nothing was undone');
  if (ended.fate === 'refused' && undone.length > 0) faults.push('refused, and something was undone');
  const fates = recorded.filter((fact) => 'fate' in (fact as object));
  if (JSON.stringify(fates.at(-1)) !== JSON.stringify(ended)) faults.push(`recorded ${JSON.stringify(fates)}`);
  for (const { key, state } of effects) if (state === 'intended') faults.push(`${key} is left in doubt`);
  // Newest first, unless the newer one was stuck, or never was: a run that is told again burns that too.
  stages.forEach(({ steps }, at) => {
    for (const newer of stages.slice(at + 1).flatMap((later) => later.steps))
      for (const { name } of steps) {
        const [mine, its] = [audit.indexOf(`applied ${name}/undo`), audit.indexOf(`applied ${newer.name}/undo`)];
        const stuck = newer.undo.says === 'no' || newer.by === 'wire';
        if (mine >= 0 && its > mine && !stuck && wasUndone(newer.name))
          faults.push(`${name} was undone before ${newer.name}`);
      }
  });
  return faults;
}
