const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The day of an instant in +08:00 as the service writes it, or of a date: `1月20日`; with the year when it is not `year`. */
export function dayInChinese(instant: string, year?: string): string {
  const text = `${Number(instant.slice(5, 7))}月${Number(instant.slice(8, 10))}日`;
  return isOf(instant, year) ? text : `${instant.slice(0, 4)}年${text}`;
}

/** Day and time of an instant: `1月20日 14:32`. */
export function momentInChinese(instant: string, year?: string): string {
  return `${dayInChinese(instant, year)} ${instant.slice(11, 16)}`;
}

/** The day of an instant in +08:00 as the service writes it, or of a date: `20 Jan`; with the year when it is not `year`. */
export function dayInEnglish(instant: string, year?: string): string {
  const text = `${Number(instant.slice(8, 10))} ${MONTHS[Number(instant.slice(5, 7)) - 1] ?? ''}`;
  return isOf(instant, year) ? text : `${text} ${instant.slice(0, 4)}`;
}

/** Day and time of an instant: `20 Jan, 14:32`. */
export function momentInEnglish(instant: string, year?: string): string {
  return `${dayInEnglish(instant, year)}, ${instant.slice(11, 16)}`;
}

function isOf(instant: string, year: string | undefined): boolean {
  return year !== undefined && instant.slice(0, 4) === year;
}
