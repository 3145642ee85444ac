import type { Model } from './model.ts';

/**
 * Fitted to all pairs of febrl's files 1 and 2, without their truth, as `npm run -s bench:matching -- --fit` prints it:
 * docs/matching-persons.md. Frozen: what differs is model 2.
 */
export const MODEL_1: Model = {
  version: 'model-1',
  same: {
    given: { exact: 0.6589, near: 0.1004, similar: 0.03269, swapped: 0.07202, differ: 0.136 },
    family: { exact: 0.6506, near: 0.1921, similar: 0.04742, differ: 0.11 },
    birthDate: { exact: 0.9133, near: 0.02465, parts: 0.002, differ: 0.06005 },
    sex: { same: 0.985, differ: 0.015 },
    address: { dwelling: 0.5414, street: 0.2509, area: 0.04154, partly: 0.04154, differ: 0.1246 },
    phone: { same: 0.6, differ: 0.4 },
    identifier: { same: 0.8792, near: 0.06709, differ: 0.05375 },
  },
  stranger: {
    met: 1_000_000,
    shares: {
      given: { exact: 0.004009, near: 0.0006063, similar: 0.001411, swapped: 0.00001, differ: 0.994 },
      family: { exact: 0.004062, near: 0.0003154, similar: 0.0004738, differ: 0.9951 },
      birthDate: { exact: 0.00002601, near: 0.0008666, parts: 0.003191, differ: 0.9959 },
      sex: { same: 0.5, differ: 0.5 },
      address: { dwelling: 0.00008955, street: 0.0001791, area: 0.01791, partly: 0.08955, differ: 0.8923 },
      phone: { same: 0.0002, differ: 0.9998 },
      identifier: { same: 0.00001, near: 0.00001, differ: 1 },
    },
  },
  kin: {
    relative: {
      met: 3,
      shares: {
        given: { exact: 0.003, near: 0.003, similar: 0.02, swapped: 0.0002, differ: 0.9738 },
        birthDate: { exact: 0.0003, near: 0.002, parts: 0.01, differ: 0.9877 },
        sex: { same: 0.5, differ: 0.5 },
        identifier: { same: 0.002, near: 0.002, differ: 0.996 },
      },
    },
    twin: {
      met: 0.03,
      shares: {
        given: { exact: 0.001, near: 0.01, similar: 0.04, swapped: 0.0002, differ: 0.9488 },
        sex: { same: 0.65, differ: 0.35 },
        identifier: { same: 0.002, near: 0.002, differ: 0.996 },
      },
    },
    namesake: {
      met: 0.05,
      shares: {
        birthDate: { exact: 0.0003, near: 0.0007, parts: 0.02, differ: 0.979 },
        identifier: { same: 0.002, near: 0.002, differ: 0.996 },
      },
    },
  },
  thresholds: { link: 0.99, review: 0.1 },
};
