import { StackError } from './stack-error.ts';

const ANSWER_WITHIN_MS = 3_000;

/** The `version` that a health check names, if any; throws unless it answers 200 in time. */
export async function versionAt(url: string): Promise<string | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const text = await response.text();
  if (!response.ok) throw new StackError(`${url} answered ${response.status}.`);
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === 'object' && found !== null && 'version' in found && typeof found.version === 'string')
      return found.version;
  } catch {
    // healthy, in plain words
  }
  return undefined;
}
