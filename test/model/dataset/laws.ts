import { sha256Of } from '../../../src/kit/effects/s3.ts';
import type { Content, Version } from '../../../src/kit/effects/dataset/version.ts';
import type { System } from './system.ts';

/** What holds of a dataset after every step, whatever came between; gives what does not. */
export function breaches(system: System): string[] {
  const found: string[] = [];
  const law = (holds: boolean, what: string): void => void (holds || found.push(what));
  const documents = system.documents();
  const versions = documents.map(({ version }) => version);
  for (const [i, { path, held, version }] of documents.entries()) {
    const { number, made, key, content, previous } = version;
    law(held.length === 1, `${path} was written ${held.length} times`);
    law(number === i + 1, `${path} is the ${i + 1}th`);
    law(previous === (i === 0 ? null : sha256Of(documents[i - 1]!.held[0]!)), `${path} does not follow the one before`);
    const twins = versions.filter((each) => each.made === made && each.key === key);
    law(twins.length === 1, `${key} is ${made} ${twins.length} times`);
    const shown = shows(versions, version);
    law(content?.key === shown?.key, `${path} shows ${content?.key ?? 'nothing'}, not ${shown?.key ?? 'nothing'}`);
    const burned = content && versions.slice(0, i).some((each) => each.made === 'undone' && each.key === content.key);
    law(!burned, `${path} shows ${content?.key ?? ''}, which is undone by then`);
    for (const file of content?.files ?? []) {
      const kept = system.s3.kept.get(file.path)?.find(({ id }) => id === file.versionId)?.body;
      law(kept !== undefined && sha256Of(kept) === file.sha256, `${path} names content that is not there`);
    }
  }
  return found;
}

/** What a version must show, by all that are before it. */
function shows(all: readonly Version[], { number, made, key, content, rollback }: Version): Content | null {
  const at = (n: number): Content | null => all[n - 1]?.content ?? null;
  if (made === 'published') return content?.key === key ? content : null;
  if (rollback) return at(rollback.to);
  const undone = all.slice(0, number).filter((each) => each.made === 'undone');
  let shown = at(number - 1);
  while (shown && undone.some((each) => each.key === shown!.key)) shown = at(shown.number - 1);
  return shown;
}
