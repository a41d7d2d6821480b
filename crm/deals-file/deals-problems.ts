import type { z } from 'zod';
import { pathInWords, type Path, type Problem, type YamlTree } from './yaml-tree';

/** What an issue of the schema means for the person who wrote the file. */
export function problemsOf(issue: z.core.$ZodIssue, tree: YamlTree, at: Path = []): Problem[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problem(tree, [...path, key], issue.message, 'a key that is not known here'),
    );
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
  return {
    line: tree.lineOf(path),
    path: pathInWords(path),
    problem: `expected ${expected}; came ${received}`,
  };
}

/** Under these keys somebody may have written the secret itself. */
const SECRET_KEYS = new Set<PropertyKey>(['secrets', 'accessToken', 'apiToken', 'clientId', 'clientSecret']);

function describe(value: unknown, path: Path): string {
  if (value === undefined || value === null) return 'nothing';
  const isSecret = path.some((key) => SECRET_KEYS.has(key));
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
