/**
 * The limits of a retail file, each with its measure from the seven months 2010-12 to 2011-06 (245,903 lines).
 * A line or an order over its limit is quarantined; a file over its limit is refused as a whole. None loses a line.
 */
export const LIMITS = {
  /** One month is at most 3.8 MB and the whole data set about 46 MB. Lines are held in memory until their invoice is known
   *  to be complete, which is the end of the file. */
  fileBytes: 256 * 1024 * 1024,
  /** The longest line is 103 bytes. What is longer is quarantined, whole. */
  lineBytes: 8 * 1024,
  /** The longest field is 35 bytes. */
  fieldBytes: 1024,
  /** Goods and charges. The largest order has 705. With the bound on SKUs this keeps an order under 256 KB of JSON,
   *  which is what one Temporal payload may weigh here. */
  orderLines: 2_000,
} as const;

export type Limits = { readonly [name in keyof typeof LIMITS]: number };
