import type { z } from 'zod';
import type { ErrorCode } from '../../domain/error-catalogue';
import { printable, type LaidOut } from '../../domain/printable';
import { didYouMean } from '../../validation/did-you-mean';
import { keysIn } from './fact-schema';
import { SECRET_KEYS } from './deals-schema';
import type { Path, Problem, YamlTree } from './yaml-tree';

const MOST_SHOWN = 20;

/** deals.yaml is wrong: everything that is, with the lines, and no secret. */
export class DealsFileError extends Error implements LaidOut {
  override readonly name = 'DealsFileError';
  readonly code = 'DealsFileInvalid' satisfies ErrorCode;
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

/** What an issue of the schema means for the person who wrote the file. */
export function problemsOf(issue: z.core.$ZodIssue, tree: YamlTree, at: Path = []): Problem[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = didYouMean(key, keysIn(issue.message));
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      return problem(tree, [...path, key], issue.message, `a key that is not known here${hint}`);
    });
  }
  if (issue.code === 'invalid_union') {
    // One of several shapes: when what came has one of them, its own problems say more than the list of shapes.
    const near = issue.errors.filter((shape) => !shape.some(isOtherShape));
    if (near.length === 1) return near[0]!.flatMap((inner) => problemsOf(inner, tree, path));
  }
  const received = issue.code === 'custom' ? (issue.params?.received as string | undefined) : undefined;
  if (issue.code === 'invalid_key') return [problem(tree, path, issue.message, 'another name')];
  return [problem(tree, path, issue.message, received ?? describe(valueAt(tree.value, path), path))];
}

function isOtherShape(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

export function problem(tree: YamlTree, path: Path, expected: string, received: string): Problem {
  return { ...tree.placeOf(path), problem: `expected ${expected}; came ${received}` };
}

/** Under these keys somebody may have written the secret itself. */
const NOT_SHOWN = new Set<PropertyKey>(Object.values(SECRET_KEYS).flat());

function describe(value: unknown, path: Path): string {
  if (value === undefined || value === null) return 'nothing';
  const isSecret = path.some((key) => NOT_SHOWN.has(key));
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') {
    const keys = Object.keys(value).slice(0, 10).join(', ');
    return isSecret ? 'keys, which are not shown' : keys === '' ? 'no keys' : `the keys ${keys}`;
  }
  if (typeof value !== 'string') return value === true ? 'true' : 'false';
  if (value === '') return 'empty text';
  // An address may have a password in it.
  if (isSecret || value.includes('@')) return 'text that is not shown';
  return `"${value.slice(0, 60)}"`;
}

/** What stands under these keys, as it was written. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    root,
  );
}
