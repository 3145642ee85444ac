import fc from 'fast-check';
import type { Line, Mode, Says } from './far.ts';
import { POINTS, type Decision, type Point, type Told } from './world.ts';

/** What a story is made of. Every command makes sense in every state; one that has no object is left out of the telling. */
export type Command =
  | { readonly do: 'attempt'; readonly told: Told }
  | { readonly do: 'twins'; readonly told: readonly [Told, Told] }
  | { readonly do: 'wake'; readonly which: number; readonly until: Told['until']; readonly then: Told['then'] }
  | { readonly do: 'arrive'; readonly which: number }
  | { readonly do: 'redrive' }
  | { readonly do: 'day passes' }
  | { readonly do: 'resolve'; readonly decision: Omit<Decision, 'seats'> };

const BOOKINGS = ['b1', 'b2'] as const;
const SAYS: readonly Says[] = ['yes', 'no', 'busy', 'breaks'];
const LINES: readonly Line[] = ['whole', 'answer lost', 'request lost', 'request late'];

/** The first of these most of the time; and what fails is shrunk to it. */
const mostly = <T>(weight: number, [first, ...rest]: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(first!) }, { weight: 1, arbitrary: fc.constantFrom(...rest) });

export function stories(mode: Mode): fc.Arbitrary<Command[]> {
  const points: readonly Point[] = POINTS[mode === 'local' ? 'local' : 'remote'];
  const until = mostly<Told['until']>(2, ['end', ...points]);
  const then = fc.constantFrom<Told['then'][]>('sleeps', 'dies');
  const booking = mostly(3, BOOKINGS);
  const told: fc.Arbitrary<Told> = fc.record({
    what: mostly(2, ['book', 'cancel'] as const),
    booking,
    seats: mostly(8, [2, 3]),
    says: mostly(4, SAYS),
    line: mode === 'local' ? fc.constant('whole') : mostly(3, LINES),
    until,
    then,
  });
  const ended = told.map((each) => ({ ...each, until: 'end' as const }));
  const decision = fc.record({
    booking,
    undo: fc.boolean(),
    action: fc.constantFrom<Decision['action'][]>('retry', 'skip', 'complete'),
  });
  const command = fc.oneof<{ arbitrary: fc.Arbitrary<Command>; weight: number }[]>(
    { weight: 10, arbitrary: told.map((each) => ({ do: 'attempt', told: each })) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('wake'), which: fc.nat(3), until, then }) },
    { weight: 2, arbitrary: fc.tuple(ended, ended).map((each) => ({ do: 'twins', told: each })) },
    { weight: 2, arbitrary: decision.map((each) => ({ do: 'resolve', decision: each })) },
    { weight: 1, arbitrary: fc.constant({ do: 'redrive' }) },
    ...(mode === 'local'
      ? []
      : [
          { weight: 1, arbitrary: fc.nat(3).map((which): Command => ({ do: 'arrive', which })) },
          { weight: 1, arbitrary: fc.constant<Command>({ do: 'day passes' }) },
        ]),
  );
  return fc.array(command, { minLength: 1, maxLength: 20, size: 'max' });
}

const AT: Record<Point, string> = {
  received: 'before it does anything',
  claimed: 'in its transaction, before its work',
  worked: 'in its transaction, after its work',
  settled: 'when it is settled',
  committed: 'after its commit',
  prepares: 'before its request is made',
  prepared: 'before its intention is recorded',
  intended: 'before it is sent',
  sent: 'before its answer is recorded',
  looks: 'before it looks at the far side',
  looked: 'after it looked at the far side',
  fences: 'before it fences',
  fenced: 'after it fenced',
  answered: 'before it answers',
};
const SAID: Record<Says, string> = {
  yes: '',
  no: ', the far side says no',
  busy: ', the far side is busy',
  breaks: ', the far side breaks',
};

export const inWords = (id: number, { what, booking, seats, says, line }: Told): string =>
  `#${id} ${what === 'book' ? 'books' : 'undoes'} ${booking} (${seats} seats)${SAID[says]}${line === 'whole' ? '' : `, ${line}`}`;
export const heldAt = (point: Point): string => AT[point];

/** An attempt of which there is nothing to tell. */
const PLAIN: Told = { what: 'book', booking: 'b1', seats: 2, says: 'yes', line: 'whole', until: 'end', then: 'sleeps' };
export const plain = (told: Partial<Told> = {}): Told => ({ ...PLAIN, ...told });

const plainer = (told: Told): Told[] =>
  (['booking', 'seats', 'says', 'line', 'until'] as const)
    .filter((field) => told[field] !== PLAIN[field])
    .map((field) => ({ ...told, [field]: PLAIN[field] }));

export function simpler(command: Command): Command[] {
  switch (command.do) {
    case 'attempt':
      return plainer(command.told).map((told) => ({ do: 'attempt', told }));
    case 'twins': {
      const [one, other] = command.told;
      return [
        ...command.told.map((told): Command => ({ do: 'attempt', told })),
        ...plainer(one).map((told): Command => ({ do: 'twins', told: [told, other] })),
        ...plainer(other).map((told): Command => ({ do: 'twins', told: [one, told] })),
      ];
    }
    case 'wake':
      return command.until === 'end' ? [] : [{ ...command, until: 'end' }];
    case 'resolve':
      return command.decision.booking === 'b1'
        ? []
        : [{ ...command, decision: { ...command.decision, booking: 'b1' } }];
    case 'arrive':
      return command.which === 0 ? [] : [{ ...command, which: 0 }];
    case 'redrive':
    case 'day passes':
      break;
  }
  return [];
}
