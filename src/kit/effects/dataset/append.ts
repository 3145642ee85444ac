import type { Found, VersionLog } from './log.ts';
import type { Content, Version } from './version.ts';

/** What a new version says beside its number. */
export type Made = Pick<Version, 'made' | 'key' | 'content' | 'at' | 'rollback'>;

/**
 * Adds a version, or finds the one that was added: walks up from the first number that this effect ever tried, so that
 * no version of its own, and no undo of it, is passed unseen. `mine` throws where the effect may not happen any more.
 * At a number that nobody has written `make` says what is written there, knowing all that is before.
 */
export async function append(
  log: VersionLog,
  first: number,
  mine: (version: Version) => boolean,
  make: (number: number) => Promise<Made>,
): Promise<Found> {
  for (let number = first; ;) {
    const there = (await log.at(number)) ?? (await log.create({ ...(await make(number)), number }));
    if (!there) continue; // somebody was quicker: look who
    if (mine(there.version)) return there;
    number++;
  }
}

/** The first version from `first` on of which this is so. */
export async function find(
  log: VersionLog,
  first: number,
  wanted: (version: Version) => boolean,
): Promise<Found | undefined> {
  for (let number = first; ; number++) {
    const there = await log.at(number);
    if (!there || wanted(there.version)) return there;
  }
}

export const isPublish = (key: string) => (version: Version) => version.made === 'published' && version.key === key;
export const isUndoOf = (key: string) => (version: Version) => version.made === 'undone' && version.key === key;

/**
 * Burns a publish at the next number: an attempt that walks up later finds this and stops. What is shown from then on is
 * what is shown now; if that is what is undone, what was before it.
 */
export const burn = (log: VersionLog, first: number, key: string, at: string): Promise<Found> =>
  append(log, first, isUndoOf(key), async (number) => ({
    made: 'undone',
    key,
    content: await contentWithout(log, number, key),
    at,
  }));

/** Burns a publish unless it can never be any more: the only number that it may have is another's for ever. */
export async function fence(
  log: VersionLog,
  { first, only, at }: { readonly first: number; readonly only: boolean; readonly at: string },
  key: string,
): Promise<void> {
  const there = only ? await log.at(first) : undefined;
  if (!there || isPublish(key)(there.version)) await burn(log, first, key, at);
}

/** Whether what this key published is undone by a version before `number`. */
export async function isUndone(log: VersionLog, { key, number: from }: Content, number: number): Promise<boolean> {
  for (let looked = number - 1; looked > from; looked--)
    if (isUndoOf(key)((await log.known(looked)).version)) return true;
  return false;
}

/**
 * What version `number` shows when `key` is undone by it. Before a content is what was shown when it was published, also
 * when a rollback has brought it back: who went back did not mean what came in between.
 */
async function contentWithout(log: VersionLog, number: number, key: string): Promise<Content | null> {
  const burned = new Set([key]);
  let looked = number;
  let shown = await shownBy(log, number - 1);
  while (shown && burned.has(shown.key)) {
    const before = await shownBy(log, shown.number - 1);
    // What was undone since it was shown is told by the versions from there on.
    for (const from = before?.number ?? number; looked - 1 > from;) {
      const { version } = await log.known(--looked);
      if (version.made === 'undone') burned.add(version.key);
    }
    shown = before;
  }
  return shown;
}

const shownBy = async (log: VersionLog, number: number): Promise<Content | null> =>
  number === 0 ? null : (await log.known(number)).version.content;
