import { networkCode, UnreachableError, type Place } from '../errors.ts';
import type { Finding } from './finding.ts';

const ANSWERS_WITHIN_MS = 5_000;

/** Any answer shows that somebody is there. Without an address of ours it is the provider itself, which is not bothered. */
export async function providerFindings(place: Place, url: string | undefined): Promise<readonly Finding[]> {
  const { name: check, address: says } = place;
  if (url === undefined) return [{ check, state: 'note', says: `${says}, not asked` }];
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).catch((cause: unknown) => {
    throw new UnreachableError({ ...place, code: networkCode(cause) ?? 'no answer' }, { cause });
  });
  await response.body?.cancel();
  return [{ check, state: 'ok', says }];
}
