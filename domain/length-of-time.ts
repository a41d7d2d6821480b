const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/**
 * A length of time in its largest units, rounded down: `40 s`, `5 min`, `2 d 4 h`. What is below a second is `0 s`.
 *
 * @param units how many at most; of the smaller one nothing is said when it is 0
 */
export function inUnits(ms: number, units: 1 | 2): string {
  const found = UNITS.findIndex(([size]) => ms >= size);
  const first = found < 0 ? UNITS.length - 1 : found;
  const [size, unit] = UNITS[first]!;
  const whole = Math.max(0, Math.floor(ms / size));
  const [nextSize, nextUnit] = UNITS[first + 1] ?? [Infinity, ''];
  const rest = Math.floor((ms - whole * size) / nextSize);
  return units === 1 || rest <= 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${nextUnit}`;
}
