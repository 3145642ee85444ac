/** -1, 0 or 1; of texts by code unit, the same on every machine. */
export const compare = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

export const magnitude = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
