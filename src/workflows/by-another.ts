import type { Answer } from '../kit/contract/updates.ts';

/** Nobody decides about what they have entered themselves. */
export const byAnother =
  (maker: string | undefined) =>
  ({ actor }: Answer): string | undefined =>
    maker !== undefined && actor === maker ? 'the checker is never the maker' : undefined;
