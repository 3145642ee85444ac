import type { Model } from './model.ts';

/** In one of five hundred another's number was written. Numbers that were given out together differ in the last place, and are not near. */
const identifier = { same: 0.002, near: 0.002, differ: 0.996 };

/**
 * How many there are for each record of the person's own, and how they agree where it is otherwise than for two records
 * of one person. All else a household shares, and it is written with the same slips. Judged and not fitted: no file that
 * we know of has households and says who is who.
 */
export const HOUSEHOLDS: Model['kin'] = {
  /** Parents, children, spouses. */
  relative: {
    met: 3,
    shares: {
      given: { exact: 0.003, near: 0.003, similar: 0.02, swapped: 0.0002, differ: 0.9738 },
      birthDate: { exact: 0.0003, near: 0.002, parts: 0.01, differ: 0.9877 },
      sex: { same: 0.5, differ: 0.5 },
      identifier,
    },
  },
  /** Three of a hundred are born as twins (US National Vital Statistics), and get names that are seldom taken for each other. */
  twin: {
    met: 0.03,
    shares: {
      given: { exact: 0.001, near: 0.01, similar: 0.04, swapped: 0.0002, differ: 0.9488 },
      sex: { same: 0.65, differ: 0.35 },
      identifier,
    },
  },
  /** Father and son, mother and daughter, of one name. */
  namesake: {
    met: 0.05,
    shares: {
      birthDate: { exact: 0.0003, near: 0.0007, parts: 0.02, differ: 0.979 },
      identifier,
    },
  },
};
