export { makeSealBucket, objectLockOf, type Seals } from './bucket.ts';
export { type Seal, type SealSummary } from './document.ts';
export { SealError } from './error.ts';
export { parseSealKeys, type SealKeys } from './keys.ts';
export { sealAudit, type Sealer, type Sealing } from './seal.ts';
export { type SealFault, type SealReport } from './verify.ts';
