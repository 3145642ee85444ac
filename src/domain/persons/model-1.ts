import type { Model } from './model.ts';

/**
 * Fitted to all pairs of febrl's files 1 and 2, without their truth, as `npm run -s bench:matching -- --fit` prints it:
 * docs/matching-persons.md. Frozen: what differs is model 2.
 */
export const MODEL_1: Model = {
  version: 'model-1',
  same: {
    given: { exact: 0.6591, near: 0.1005, similar: 0.0327, swapped: 0.07206, differ: 0.1357 },
    family: { exact: 0.6506, near: 0.1922, similar: 0.04746, differ: 0.1097 },
    birthDate: { exact: 0.9132, near: 0.02465, parts: 0.001999, differ: 0.0601 },
    sex: { same: 0.985, differ: 0.015 },
    address: { dwelling: 0.5417, street: 0.247, area: 0.04227, partly: 0.04227, differ: 0.1268 },
    phone: { same: 0.6, differ: 0.4 },
    identifier: { same: 0.8796, near: 0.05683, differ: 0.06355 },
  },
  stranger: {
    met: 1000000,
    shares: {
      given: { exact: 0.004009, near: 0.0006063, similar: 0.001411, swapped: 0.00001, differ: 0.994 },
      family: { exact: 0.004062, near: 0.0003154, similar: 0.0004738, differ: 0.9951 },
      birthDate: { exact: 0.00002601, near: 0.0008666, parts: 0.003191, differ: 0.9959 },
      sex: { same: 0.5, differ: 0.5 },
      address: { dwelling: 0.00008949, street: 0.000179, area: 0.0179, partly: 0.08949, differ: 0.8923 },
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
