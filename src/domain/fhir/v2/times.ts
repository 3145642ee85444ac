// replaced by src/domain/hl7/time.ts at the merge
const DTM = /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\.\d{1,4})?)?)?)?)?)?([+-]\d{4})?$/;

export function dateTimeOf(text: string, zone: string): string | undefined {
  const [, year, month, day, hour, minute = '00', second = '00', fraction = '', own] = DTM.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  if (hour === undefined) return date;
  return `${date}T${hour}:${minute}:${second}${fraction}${own === undefined ? zone : `${own.slice(0, 3)}:${own.slice(3)}`}`;
}
export const dateOf = (text: string): string | undefined => dateTimeOf(text, 'Z')?.slice(0, 10);
