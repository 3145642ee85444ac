/** The limits of a file of statements. A file over one is refused whole; nothing is ever cut short. */
export const LIMITS = {
  /** 1,000,000 made entries weigh 0.7 GB as camt.053 and 43 MB as BAI2. A file is never held; this bounds the time. */
  fileBytes: 4 * 1024 * 1024 * 1024,
  /** The deepest element of camt.053.001.08 that a schema names stands at 14. */
  depth: 64,
  /** Characters of one tag, text, comment, line or CSV row. The longest text of the schemas has 500, and no mapped row should be longer. */
  textChars: 64 * 1024,
  /** Elements of one balance, detail, account, or of an entry without its details, or summaries of one BAI2 account. Ordinary ones have 10 to 80. */
  elements: 5_000,
  /** A bank's file for all accounts of a group of companies. Their ids are held, to find one that comes twice. */
  statements: 10_000,
  /** Entries of one statement: ten times the largest file that was measured. */
  entries: 10_000_000,
  /** Details of one entry, which are held until it ends, at about 1 KB each. */
  details: 20_000,
  /** Characters of one entry with its details, which bounds what `details` × `elements` does not. */
  entryChars: 32 * 1024 * 1024,
  /** Characters of one remittance text: a hundred lines of 140, which is what one Ustrd may have. */
  remittanceChars: 16 * 1024,
} as const;

export type Limits = { readonly [name in keyof typeof LIMITS]: number };
