import { printable, type LaidOut } from '../../domain/printable';
import type { Problem } from './yaml-tree';

const MOST_SHOWN = 20;

/** deals.yaml is wrong: everything that is, with the lines, and no secret. */
export class DealsFileError extends Error implements LaidOut {
  override readonly name = 'DealsFileError';
  readonly code = 'DealsFileInvalid';
  readonly isLaidOut = true;

  constructor(readonly problems: readonly Problem[]) {
    super(inWords(problems));
  }
}

function inWords(problems: readonly Problem[]): string {
  const lines = problems.map(({ line, path, problem }) =>
    printable(`  line ${line}${path === '' ? '' : `, ${path}`}: ${problem}`),
  );
  const more = lines.length - MOST_SHOWN;
  return [
    'The file of the won deals cannot be used as it stands:',
    ...lines.slice(0, MOST_SHOWN),
    ...(more > 0 ? [`  and ${more} more`] : []),
    'See docs/deals.md.',
  ].join('\n');
}
