import type { ContactPoint } from 'fhir/r4.js';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { having, type Rule } from './rule.ts';
import { tidied } from './text.ts';

/** Spaces, Unicode, and the scheme of an address that is no URL. What has no value is dropped. */
const text: Rule<ContactPoint> = {
  name: 'telecom.text',
  version: 1,
  apply(point) {
    const value = tidied(point.value)?.replace(/^((mailto|tel|fax|sms):\s*)+/i, '');
    const next = having(point, { value });
    return next.value === undefined && next._value === undefined && next.extension === undefined ? undefined : next;
  },
};

/** Where the source does not say what kind of address it is: one that has a user at a host is e-mail. */
const system: Rule<ContactPoint> = {
  name: 'telecom.system',
  version: 1,
  apply(point) {
    if (point.system !== undefined || point.value === undefined) return point;
    if (EMAIL.test(point.value)) return having(point, { system: 'email' });
    return /^https?:\/\//i.test(point.value) ? having(point, { system: 'url' }) : point;
  },
};
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Host names have no case (RFC 5321, 2.4); what is before the at sign may have. */
const email: Rule<ContactPoint> = {
  name: 'telecom.email',
  version: 1,
  apply(point) {
    if (point.system !== 'email' || point.value === undefined || !EMAIL.test(point.value)) return point;
    const at = point.value.lastIndexOf('@');
    return having(point, { value: point.value.slice(0, at) + point.value.slice(at).toLowerCase() });
  },
};

const DIALLED: ReadonlySet<string | undefined> = new Set(['phone', 'fax', 'pager', 'sms', undefined]);

/**
 * Numbers in E.164, an extension after `;ext=` (RFC 3966), where the number says its country or the context does. One that
 * cannot be dialled there (too long, too short, words in it) stays as it came.
 */
const e164: Rule<ContactPoint> = {
  name: 'telecom.e164',
  version: 1,
  apply(point, { country }) {
    if (point.value === undefined || !DIALLED.has(point.system)) return point;
    const number = parsePhoneNumberFromString(point.value, {
      ...(country === undefined ? {} : { defaultCountry: country as CountryCode }),
      extract: false,
    });
    if (!number?.isPossible()) return point;
    return having(point, { value: number.number + (number.ext === undefined ? '' : `;ext=${number.ext}`) });
  },
};

export const TELECOM_RULES: readonly Rule<ContactPoint>[] = [text, system, email, e164];
