export { type ContentFile, type ContentOf } from './content.ts';
export { datasetOnce, type Published, type PublishRequest, type UnpublishRequest } from './publish.ts';
export { readFile, readVersion, type Shown } from './read.ts';
export { DatasetError, type Version, type VersionFile } from './version.ts';
