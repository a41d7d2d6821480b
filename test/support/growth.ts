const ROUNDS = 4;

/** Long enough to be measured: less would be a tick of the clock. */
const MEASURED_MS = 4;

/**
 * How much more work a text of four times the size makes: about 4 where the work is linear, 16 where it is quadratic.
 * Measured is the processor time of this process: what else the machine does is not counted.
 *
 * @param size of the smaller text
 */
export function growthOf(work: (size: number) => unknown, size: number): number {
  let growth = Infinity;
  // What is collected as garbage, or compiled, in one of the two is not in both: what looks like too much is measured anew.
  for (let round = 0; round < ROUNDS && growth > 6; round += 1) {
    growth = Math.min(growth, costOf(() => work(4 * size)) / costOf(() => work(size)));
  }
  return growth;
}

/** The least of three, each repeated until it can be measured. */
function costOf(work: () => unknown): number {
  return Math.min(...[1, 2, 3].map(() => measure(work)));
}

function measure(work: () => unknown): number {
  const before = process.cpuUsage();
  for (let times = 1; ; times += 1) {
    work();
    const { user, system } = process.cpuUsage(before);
    if (user + system >= MEASURED_MS * 1000) return (user + system) / times;
  }
}

/** What a pattern may have to try again at each of its letters, many times over, and with an end that fits nothing. */
export const LONG_TEXTS: readonly [string, (size: number) => string][] = [
  'a',
  ' ',
  '-',
  '.',
  'a.',
  '@',
  'a@',
  'a%40',
  'eyJ',
  'eyJa.',
  `${'a'.repeat(16)}.`,
  'Bearer ',
  'Bearer',
  'Bearer=',
  '1',
  '1.',
  '/',
  '%2F',
  '<!',
  '"',
  '\u0000',
  '\u00e9',
  '\ud83d',
].map((part) => [
  JSON.stringify(part),
  (size) => `${part.repeat(Math.ceil(size / part.length)).slice(0, size)} \u0001!`,
]);
