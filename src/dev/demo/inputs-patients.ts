import type { FhirPatient } from '../../contracts/patients.ts';
import { seededRandom, wholeBelow } from '../../domain/random.ts';

/** Nobody is called so, and nobody has such a number. */
const GIVEN = ['Testa', 'Probanda', 'Exempla', 'Specima', 'Fictus', 'Inventus'];
const FAMILY = ['Muster-Nowhere', 'Sample-Neverland', 'Dummy-Erewhon', 'Placeholder-Utopia'];
const NUMBER = 'urn:example:evenkeel-demo:number';
const CARD = 'urn:example:evenkeel-demo:card';

/** Every tenth patient lacks a birth date and is refused; every sixth of the others has a second version. */
const LACKING_EVERY = 10;
const SECOND_EVERY = 6;

/**
 * Patients as FHIR R4 resources, typed as people type. Versions carry no `lastUpdated`, so that none is refused for having
 * come late: which of two is first is left to chance, how many there are is not.
 */
export function madePatients(seed: number, count: number): FhirPatient[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, n) => {
    const person: FhirPatient = {
      resourceType: 'Patient',
      id: `demo-${n + 1}`,
      meta: { versionId: '1' },
      identifier: [
        { system: NUMBER, value: `DEMO-${seed >>> 0}-${n + 1}` },
        ...(n % 3 === 0 ? [{ system: CARD, value: `CARD-${seed >>> 0}-${n + 1}` }] : []),
      ],
      name: [{ family: `  ${FAMILY[wholeBelow(random, FAMILY.length)]!}`, given: [`${GIVEN[n % GIVEN.length]!}  `] }],
      gender: n % 2 === 0 ? 'Female' : 'male',
      ...(n % LACKING_EVERY === LACKING_EVERY - 1 ? {} : { birthDate: `19${10 + wholeBelow(random, 90)}-01-01` }),
    };
    const second = n % SECOND_EVERY === 0 && person.birthDate !== undefined;
    return second ? [person, { ...person, meta: { versionId: '2' }, gender: 'unknown' }] : [person];
  }).flat();
}
