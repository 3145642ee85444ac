import { wholeBelow, type Random } from '../random.ts';

interface Home {
  readonly street: string;
  readonly houseNumber: string;
  readonly city: string;
  readonly postcode: string;
  readonly phone: string;
}

export interface MadePerson extends Home {
  readonly family: string;
  readonly given: string;
  readonly birthDate: string;
  readonly sex: string;
  /** A number that nobody else has. */
  readonly number: string;
}

/** A population: who lives together, and how somebody may be years later. */
export interface MadePeople {
  readonly household: () => MadePerson[];
  readonly later: (person: MadePerson) => MadePerson;
}

/**
 * Parents and up to three children; with children, in one of eight there are twins, in one of eight a son has his father's
 * name. Later one of seven has moved, one of five has another phone, some have married or go by another name.
 */
export function madePeople(random: Random): MadePeople {
  const [families, givens] = [madeNames(random, 3_000), madeNames(random, 600)];
  const streets = madeNames(random, 2_000).map((name) => `${name} ${oneOf(random, STREETS)}`);
  const places = madeNames(random, 120).map((city, i) => ({ city, postcode: String(10_000 + 37 * i) }));
  const home = (): Home => ({
    street: oneOf(random, streets),
    houseNumber: String(1 + wholeBelow(random, 180)),
    ...oneOf(random, places),
    phone: numeral(random, 10),
  });
  const later = (person: MadePerson): MadePerson => ({
    ...person,
    ...(random() < 1 / 7 ? home() : {}),
    ...(random() < 0.2 ? { phone: numeral(random, 10) } : {}),
    ...(person.sex === 'female' && random() < 0.05 ? { family: skewed(random, families) } : {}),
    ...(random() < 0.02 ? { given: skewed(random, givens) } : {}),
  });
  const household = (): MadePerson[] => {
    const shared = { ...home(), family: skewed(random, families) };
    // Nobody gives two children one name.
    const taken = new Set<string>();
    const given = (): string => {
      let name = skewed(random, givens);
      while (taken.has(name)) name = skewed(random, givens);
      taken.add(name);
      return name;
    };
    const person = (from: number, years: number, sex = oneOf(random, ['male', 'female'])): MadePerson => ({
      ...shared,
      given: random() < 0.3 ? `${given()} ${given()}` : given(),
      sex,
      birthDate: [from + wholeBelow(random, years), 1 + wholeBelow(random, 12), 1 + wholeBelow(random, 28)].map((part) => String(part).padStart(2, '0')).join('-'), // prettier-ignore
      number: numeral(random, 9),
    });
    const born = 1930 + wholeBelow(random, 60);
    const [father, mother] = [person(born, 5, 'male'), person(born, 5, 'female')];
    const children = Array.from({ length: wholeBelow(random, 4) }, () => person(born + 20, 15));
    const [first, ...rest] = children;
    if (first === undefined) return random() < 0.5 ? [father] : [father, mother];
    const kind = random();
    if (kind < 1 / 8) {
      // Registered together: the numbers follow each other.
      const number = String((Number(first.number) + 1) % 1e9).padStart(9, '0');
      return [father, mother, ...children, { ...first, given: given(), sex: oneOf(random, ['male', 'female']), number }]; // prettier-ignore
    }
    const son = kind < 1 / 4 ? { ...first, given: father.given, sex: 'male' } : first;
    return [father, mother, son, ...rest];
  };
  return { household, later };
}

const STREETS = ['street', 'road', 'avenue', 'lane'];
const SYLLABLES = ['an', 'be', 'ca', 'do', 'el', 'fi', 'ga', 'ho', 'is', 'ja', 'ke', 'lo', 'ma', 'ni', 'or', 'pe', 'ri', 'sa', 'to', 'vi', 'wil', 'mar', 'chi', 'ber', 'stu', 'hen']; // prettier-ignore
const ENDS = ['', 'n', 'r', 's', 'son', 'ley', 'man', 'ton', 'a', 'ez'];

function madeNames(random: Random, count: number): string[] {
  const names = new Set<string>();
  const syllables = (): string[] => Array.from({ length: 2 + wholeBelow(random, 2) }, () => oneOf(random, SYLLABLES));
  while (names.size < count) names.add(syllables().join('') + oneOf(random, ENDS));
  return [...names];
}

export const oneOf = <T>(random: Random, all: readonly T[]): T => all[wholeBelow(random, all.length)]!;

/** The first are the most frequent, as names are. */
const skewed = (random: Random, all: readonly string[]): string => all[Math.floor(all.length * random() ** 3)]!;

export const numeral = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => wholeBelow(random, 10)).join('');
