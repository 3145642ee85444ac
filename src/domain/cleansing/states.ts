/** Names of states as their countries' post writes them: USPS Publication 28 appendix B, Canada Post, Australia Post. */
const US =
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,DC District of Columbia,' +
  'FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,' +
  'MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,' +
  'NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,' +
  'PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,' +
  'WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming,AS American Samoa,GU Guam,MP Northern Mariana Islands,' +
  'PR Puerto Rico,VI Virgin Islands,AA Armed Forces Americas,AE Armed Forces Europe,AP Armed Forces Pacific';
const CA =
  'AB Alberta,BC British Columbia,MB Manitoba,NB New Brunswick,NL Newfoundland and Labrador,NS Nova Scotia,' +
  'NT Northwest Territories,NU Nunavut,ON Ontario,PE Prince Edward Island,QC Quebec,SK Saskatchewan,YT Yukon';
const AU =
  'ACT Australian Capital Territory,NSW New South Wales,NT Northern Territory,QLD Queensland,SA South Australia,TAS Tasmania,' +
  'VIC Victoria,WA Western Australia';

const byCodeAndName = (table: string): ReadonlyMap<string, string> =>
  new Map(
    table.split(',').flatMap((entry) => {
      const code = entry.slice(0, entry.indexOf(' '));
      return [
        [code, code],
        [entry.slice(code.length + 1).toUpperCase(), code],
      ] as const;
    }),
  );

const STATES: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['US', byCodeAndName(US)],
  ['CA', byCodeAndName(CA)],
  ['AU', byCodeAndName(AU)],
]);

/** The code of a state of that country, by its code or name; `undefined` when it is not known. */
export const stateOf = (country: string, text: string): string | undefined =>
  STATES.get(country)?.get(text.replaceAll('.', '').toUpperCase());
