import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Pipeline } from '../contract/pipeline.ts';
import { FATES, type RunFate } from '../contract/updates.ts';
import type { Keyring } from '../worker/codec.ts';
import { fateOf, parseHistory, type SavedHistory } from './saved.ts';
import { storyOf } from './story.ts';

/** What is remembered of a history, also when its file has gone. */
export interface Recorded {
  readonly sha256: string;
  /** The day of the history's first event. */
  readonly recorded: string;
  /** Of the worker that took its first task. */
  readonly version: string | null;
  /** Null when the run had none: it was still open, or was ended from outside. */
  readonly fate: RunFate | null;
  readonly retired?: { readonly reason: string; readonly on: string };
}
/** By file: `fulfilOrder/completed.json`. */
export type Manifest = Readonly<Record<string, Recorded>>;

/** An archive does not do what was wanted of it. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export const MANIFEST = 'manifest.json';
const NAME = /^\w[\w-]*\/\w[\w.-]*\.json$/;
const storyFile = (file: string): string => file.replace(/\.json$/, '.story.txt');

/**
 * A folder of recorded histories: `<workflow>/<what-happened>.json`, raw; beside each its story for people; and a
 * manifest of what each was. Nothing is ever written over: an old history is what a run that began then looks like
 * today. One that no run can look like any more is retired, with a reason, and its name stays taken.
 */
export class HistoryArchive {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The archive that a history's file lies in, and its name there. */
  static of(path: string): [archive: HistoryArchive, file: string] {
    const workflow = dirname(resolve(path));
    return [new HistoryArchive(dirname(workflow)), `${basename(workflow)}/${basename(path)}`];
  }

  async exists(): Promise<boolean> {
    return (await this.#read(MANIFEST)) !== undefined;
  }

  async manifest(): Promise<Manifest> {
    const text = (await this.#read(MANIFEST)) ?? '{}';
    try {
      return JSON.parse(text) as Manifest;
    } catch (cause) {
      throw new ArchiveError(`${join(this.folder, MANIFEST)} is not JSON`, { cause });
    }
  }

  /** Adds a run's history, and gives its file. Throws where the name is taken, or was. */
  async add(what: string, text: string, ring?: Keyring): Promise<string> {
    const saved = parsed(text, what);
    const file = `${saved.workflow}/${what}.json`;
    if (!NAME.test(file)) throw new ArchiveError(`${file} is no name of a history: ${NAME.source}`);
    const manifest = await this.manifest();
    if (manifest[file] ?? (await this.#read(file)) !== undefined)
      throw new ArchiveError(
        `${file} is ${manifest[file]?.retired ? 'retired' : 'there already'}: histories are never overwritten`,
      );
    await mkdir(join(this.folder, saved.workflow), { recursive: true });
    await writeFile(join(this.folder, file), text, { flag: 'wx' });
    await writeFile(join(this.folder, storyFile(file)), storyOf(saved, ring));
    await this.#write({ ...manifest, [file]: recordedOf(saved, text) });
    return join(this.folder, file);
  }

  /** Removes a history that nothing has to replay any more. The manifest remembers it, and why. */
  async retire(file: string, reason: string, on: Date): Promise<void> {
    const manifest = await this.manifest();
    const recorded = manifest[file];
    if (!recorded) throw new ArchiveError(`${file} is not in the manifest of ${this.folder}`);
    if (recorded.retired) throw new ArchiveError(`${file} was retired on ${recorded.retired.on}`);
    await this.#write({ ...manifest, [file]: { ...recorded, retired: { reason, on: on.toISOString().slice(0, 10) } } });
    for (const gone of [file, storyFile(file)]) await rm(join(this.folder, gone), { force: true });
  }

  /** Writes every story anew, after a change of how stories are told. */
  async tell(ring?: Keyring): Promise<void> {
    for (const [file, { retired }] of Object.entries(await this.manifest()))
      if (!retired)
        await writeFile(
          join(this.folder, storyFile(file)),
          storyOf(parsed((await this.#read(file)) ?? '', file), ring),
        );
  }

  /** What is not as it was recorded, a sentence each. */
  async faults(ring?: Keyring): Promise<string[]> {
    const manifest = await this.manifest();
    const known = new Set([MANIFEST, ...Object.keys(manifest).flatMap((file) => [file, storyFile(file)])]);
    const strays = (await this.#files())
      .filter((file) => !known.has(file))
      .map((file) => `${file}: not in the manifest`);
    const faults = Object.entries(manifest).map(([file, recorded]) => this.#fault(file, recorded, ring));
    return [...strays, ...(await Promise.all(faults)).filter((fault) => fault !== undefined)];
  }

  async #fault(
    file: string,
    { retired, ...recorded }: Recorded,
    ring: Keyring | undefined,
  ): Promise<string | undefined> {
    const text = await this.#read(file);
    if (retired) return text === undefined ? undefined : `${file}: retired on ${retired.on}, and there all the same`;
    if (text === undefined) return `${file}: missing, and not retired`;
    if (sha256(text) !== recorded.sha256) return `${file}: not the history that was recorded; its SHA-256 is another`;
    const saved = parsed(text, file);
    if (!isDeepStrictEqual(recordedOf(saved, text), recorded)) return `${file}: the manifest does not say what it says`;
    if (!file.startsWith(`${saved.workflow}/`)) return `${file}: a history of ${saved.workflow}`;
    return this.#storyFault(storyFile(file), storyOf(saved, ring));
  }

  /** With the first line that differs. */
  async #storyFault(file: string, story: string): Promise<string | undefined> {
    const there = await this.#read(file);
    if (there === story) return undefined;
    const [says, tells] = [(there ?? '').split('\n'), story.split('\n')];
    const line = tells.findIndex((text, i) => text !== says[i]);
    const at = line < 0 ? tells.length - 1 : line; // it goes on where the history has ended
    return `${file}:${at + 1}: not the story of its history\n- ${says[at] || '(nothing)'}\n+ ${tells[at] || '(nothing)'}`;
  }

  async #files(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(this.folder, join(parentPath, name)));
  }

  #read(file: string): Promise<string | undefined> {
    return readFile(join(this.folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
  }

  /** An entry a line, in order, so that branches that add histories can be merged. */
  async #write(manifest: Manifest): Promise<void> {
    const lines = Object.entries(manifest)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, recorded]) => `  ${JSON.stringify(file)}: ${JSON.stringify(recorded)}`);
    await writeFile(join(this.folder, MANIFEST), `{\n${lines.join(',\n')}\n}\n`);
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function parsed(text: string, what: string): SavedHistory {
  const saved = parseHistory(text);
  if (!saved) throw new ArchiveError(`${what} is not the history of a run`);
  return saved;
}

const recordedOf = (saved: SavedHistory, text: string): Recorded => ({
  sha256: sha256(text),
  recorded: saved.events[0]!.at.slice(0, 10),
  version: saved.events.find(({ kind }) => kind === 'workflowTaskCompleted')?.attributes.workerVersion?.buildId ?? null,
  fate: fateOf(saved) ?? null,
});

/**
 * Each workflow that a pipeline starts comes to each fate in some history, unless the pipeline says why it never does.
 * What is lacking, a sentence each.
 */
export function gaps(pipelines: readonly Pick<Pipeline, 'workflow' | 'never'>[], manifest: Manifest): string[] {
  const ended = Object.entries(manifest)
    .filter(([, { retired }]) => !retired)
    .map(([file, { fate }]) => ({ workflow: file.split('/')[0]!, fate, file }));
  const lacking = pipelines.flatMap(({ workflow, never = {} }) =>
    FATES.flatMap((fate) => {
      const found = ended.find((each) => each.workflow === workflow && each.fate === fate);
      if (found) return never[fate] === undefined ? [] : [`${found.file}: ${fate}, which is declared never to be`];
      return never[fate] === undefined ? [`${workflow}: no history of a run that ended ${fate}`] : [];
    }),
  );
  const strange = ended.filter((each) => !pipelines.some(({ workflow }) => workflow === each.workflow));
  return [...lacking, ...strange.map(({ file }) => `${file}: of a workflow that no pipeline starts`)];
}
