import leven from 'leven';

/** Of so many letters one may be wrong. */
const LETTERS_TO_A_MISTAKE = 3;

/**
 * Which of the names somebody probably meant who typed another one: what differs in capitals, blanks, hyphens or underscores
 * alone, or in few letters. It is said and never done.
 */
export function didYouMean(typed: string, names: readonly string[]): string | undefined {
  const meant = folded(typed);
  const near = names
    .map((name) => ({ name, mistakes: leven(meant, folded(name)) }))
    .filter(({ name, mistakes }) => mistakes <= Math.max(meant.length, name.length) / LETTERS_TO_A_MISTAKE)
    .sort((one, other) => one.mistakes - other.mistakes);
  return near[0]?.name;
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
