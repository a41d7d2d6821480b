/** A number that is longer in full is nobody's id: `1e999999` must not become a megabyte. A double has 309 digits at most. */
const MOST_DIGITS = 400;

/**
 * A JSON number written out in full, digit for digit, as whoever made it means it: `7781.0`, `7.781E3` and `7781` are one
 * number, and an id or a purchase order number is `7781`. Nothing is rounded.
 *
 * @param number as it stands in the JSON text; what would be too long, or is no number, stays as it is
 */
export function digitsOf(number: string): string {
  const [, sign = '', whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  if (whole === undefined) return number;
  const digits = whole + fraction;
  // Of 0 any power is 0.
  const point = /^0*$/.test(digits) ? whole.length : whole.length + Number(exponent);
  if (point > MOST_DIGITS || point < -MOST_DIGITS || digits.length > MOST_DIGITS) return number;
  const before =
    digits
      .slice(0, Math.max(point, 0))
      .padEnd(point, '0')
      .replace(/^0+(?=\d)/, '') || '0';
  const behind = '0'.repeat(Math.max(-point, 0)) + digits.slice(Math.max(point, 0));
  if (/^0*$/.test(behind)) return before === '0' ? '0' : sign + before;
  return `${sign}${before}.${behind}`;
}
