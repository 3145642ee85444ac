export { type ContentFile, type ContentOf } from './content.ts';
export {
  collecting,
  GRACE_DAYS,
  graceBefore,
  orphansAfter,
  type CollectRequest,
  type Orphan,
  type OrphanPage,
} from './collect.ts';
export { collected, repaired, rolledBack, type Desk } from './person.ts';
export { datasetOnce, type Published, type PublishRequest, type UnpublishRequest } from './publish.ts';
export { readFile, readVersion, versionsFrom, type Shown } from './read.ts';
export { verifyDataset, type DatasetFault, type DatasetReport } from './verify.ts';
export { DatasetError, LAST_NUMBER, type Version, type VersionFile } from './version.ts';
