import type { Ended } from '../index.ts';

/** `compensated: OutOfStock`, or `completed` with what it came to. */
export const fateInWords = ({
  fate,
  reason,
  result,
}: Pick<Ended<unknown>, 'reason' | 'result'> & { fate: string | null }): string =>
  [`${fate ?? 'no fate'}${reason === null ? '' : `: ${reason}`}`, result === null ? '' : JSON.stringify(result)]
    .filter(Boolean)
    .join('  ');
