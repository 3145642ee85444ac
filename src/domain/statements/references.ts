/** What banks write where a field is compulsory and there is nothing to say: EPC rulebooks, SWIFT, and zeros. */
const PLACEHOLDER = /^(NOT ?PROVIDED|NOTAVAILABLE|NONREF|NONE|N\/A|[0-]+)$/i;

/** A reference, or nothing where its text only says that there is none: as a reference it would join strangers. */
export const referenceOf = (text: string | null): string | null =>
  text === null || PLACEHOLDER.test(text) ? null : text;
