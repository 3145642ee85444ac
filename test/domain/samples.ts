import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { FhirResource } from 'fhir/r4.js';

/** Public data that is not ours to ship: tests that need it skip in plain words where it is absent. */
export const SHARED = new URL('../../../shared/data/', import.meta.url);
export const absent = existsSync(SHARED) ? '' : ' (SKIPPED: ../shared/data is absent)';

/** Names of a folder's files, in order. */
export const filesOf = (folder: string, ending: string): string[] =>
  readdirSync(new URL(`${folder}/`, SHARED))
    .filter((name) => name.endsWith(ending))
    .toSorted();

export const textOf = (path: string): string => readFileSync(new URL(path, SHARED), 'utf8').replace(/^\ufeff/, '');

/** Every resource of those folders, also those in bundles. */
export const resourcesIn = (...folders: string[]): FhirResource[] =>
  folders.flatMap((folder) =>
    filesOf(folder, '.json').flatMap((name) => {
      const read = JSON.parse(textOf(`${folder}/${name}`)) as FhirResource;
      return read.resourceType === 'Bundle'
        ? (read.entry ?? []).flatMap(({ resource }) => (resource as FhirResource | undefined) ?? [])
        : [read];
    }),
  );
