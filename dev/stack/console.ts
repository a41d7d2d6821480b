import { printable } from '../../domain/printable';
import { colours } from './colours';
import type { Narrator } from './stack';

/** Lines for the person at the terminal, with colours: what others have written is made printable before. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

export function sayTrouble(line: string): void {
  process.stderr.write(`${colours.yellow('!')} ${printable(line)}\n`);
}

export const narrator: Narrator = {
  async tell(what, work, done = () => '') {
    const begun = performance.now();
    const result = await work();
    const detail = done(result);
    say(
      `${colours.green('✓')} ${what}${detail === '' ? '' : ` ${colours.dim(printable(detail))}`} ${colours.dim(took(performance.now() - begun))}`,
    );
    return result;
  },
  note: (line) => say(colours.dim(`  ${printable(line)}`)),
};

/** A time as people read it: 12 ms, 3.4 s. */
export function took(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
