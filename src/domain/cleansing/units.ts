import type { Quantity } from 'fhir/r4.js';
import { having, type Rule } from './rule.ts';
import { tidied } from './text.ts';

export const UCUM = 'http://unitsofmeasure.org';

/**
 * UCUM codes (ucum.org) and other ways to write the same unit: notation only, a value is never converted. Without regard to
 * case, as UCUM's own codes are where no other code differs by it alone.
 */
const FORMS: Readonly<Record<string, string>> = {
  '%': 'percent pct',
  '/min': 'beats/min bpm beats/minute breaths/min {beats}/min per_min',
  '/[HPF]': '/hpf per_hpf',
  '/[LPF]': '/lpf per_lpf',
  '10*12/L': '10^12/l x10e12/l 10e12/l x10^12/l tera.l-1 tera/l t/l',
  '10*9/L': '10^9/l x10e9/l 10e9/l x10^9/l giga.l-1 giga/l',
  '10*6/uL': '10^6/ul x10e6/ul 10e6/ul x10^6/ul m/ul mill/mcl mil/ul million/ul',
  '10*3/uL': '10^3/ul x10e3/ul 10e3/ul x10^3/ul k/ul thou/mcl thou/ul thousand/ul k/mm3 thou/mm3',
  '{cells}/uL': 'cells/ul cells/mcl cells/mm3',
  'g/dL': 'g/100ml gm/dl gms/dl',
  'g/L': 'gm/l',
  'mg/dL': 'mg/100ml mgs/dl mg%',
  'mg/L': '',
  'mg/g': '',
  'ug/dL': 'mcg/dl µg/dl μg/dl',
  'ug/L': 'mcg/l µg/l μg/l',
  'ug/mL': 'mcg/ml µg/ml μg/ml',
  'ng/mL': '',
  'ng/dL': '',
  'pg/mL': '',
  'mmol/L': 'mmols/l',
  'umol/L': 'µmol/l μmol/l mcmol/l',
  'nmol/L': '',
  'pmol/L': '',
  'mmol/mol': '',
  'meq/L': 'mequiv/l',
  'U/L': 'units/l unit/l',
  'U/mL': 'units/ml',
  '[IU]/L': 'iu/l',
  '[IU]/mL': 'iu/ml',
  'm[IU]/L': 'miu/l',
  'm[IU]/mL': 'miu/ml',
  'u[IU]/mL': 'uiu/ml µiu/ml μiu/ml mciu/ml',
  fL: 'femtoliter femtolitre',
  pg: 'picogram',
  ng: '',
  ug: 'mcg µg μg microgram',
  mg: 'milligram',
  g: 'gm gram grams',
  kg: 'kilogram kilograms kgs',
  '[lb_av]': 'lb lbs pound pounds',
  '[oz_av]': 'oz ounce ounces',
  mm: '',
  cm: 'centimeter centimetre',
  m: 'meter metre',
  '[in_i]': 'in inch inches',
  mL: 'milliliter millilitre cc',
  L: 'liter litre',
  'kg/m2': 'kg/m^2 kg/m²',
  'mm[Hg]': 'mmhg mm_hg',
  kPa: '',
  'mm/h': 'mm/hr mm/hour',
  'mL/min': '',
  'mL/min/{1.73_m2}': 'ml/min/1.73m2 ml/min/1.73m^2 ml/min/1.73_m2 ml/min/1.73m²',
  'mosm/kg': 'mosmol/kg mos/kg',
  Cel: 'c degc °c deg_c celsius',
  '[degF]': 'f degf °f deg_f fahrenheit',
  s: 'sec secs second seconds',
  min: 'minute minutes',
  h: 'hr hrs hour hours',
  d: 'day days',
  wk: 'week weeks',
  mo: 'month months',
  a: 'yr yrs year years',
  '{score}': 'score',
  '{ratio}': 'ratio',
  '{INR}': 'inr',
  '[pH]': 'ph',
};

/** Two units whose difference is a large letter: giga or grams a litre, million or metre. */
const AMBIGUOUS = new Set(['G/L', 'M']);

const BY_FORM: ReadonlyMap<string, string> = new Map(
  Object.entries(FORMS).flatMap(([code, forms]) =>
    [code, ...forms.split(' ')].filter((form) => form !== '').map((form) => [plain(form), code] as const),
  ),
);
const CODES = new Set(Object.keys(FORMS));

/** The UCUM code of a unit as somebody wrote it; `undefined` when it is in no list, or could be two. */
export function ucumOf(unit: string): string | undefined {
  if (CODES.has(unit)) return unit;
  return AMBIGUOUS.has(unit) ? undefined : BY_FORM.get(plain(unit));
}

function plain(unit: string): string {
  return unit
    .toLowerCase()
    .trim()
    .replaceAll(/\s*\/\s*/g, '/')
    .replaceAll(/\s+/g, '_');
}

/** The code of UCUM, where the unit is known. What people read stays as it came; what is in UCUM already is left alone. */
const ucum: Rule<Quantity> = {
  name: 'unit.ucum',
  version: 1,
  apply(quantity) {
    if (quantity.system === UCUM && quantity.code !== undefined) return quantity;
    const unit = tidied(quantity.unit);
    const code = ucumOf(quantity.code ?? unit ?? '') ?? ucumOf(unit ?? '');
    if (code === undefined) return having(quantity, { unit });
    return having(quantity, { unit: unit ?? quantity.code, system: UCUM, code });
  },
};

export const UNIT_RULES: readonly Rule<Quantity>[] = [ucum];
