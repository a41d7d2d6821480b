import { readFileSync } from 'node:fs';
import type { ApprovalRule } from '../../domain/approval-rules';
import type { CrmName } from '../../domain/deal-ids';
import { isRecord } from '../../domain/json-values';
import { longIdOf } from '../../domain/salesforce-id';
import { decodeText } from '../../validation/decode-text';
import { namedFields, type LicenseRules } from '../license-rules';
import { checkFieldNames } from '../salesforce/facts';
import type { ReadingSource, ReceivingSource } from '../source';
import { DealsFileError, problem, problemsOf, valueAt } from './deals-problems';
import { dealsSchema, SECRET_KEYS, type Environment, type Job, type Secrets } from './deals-schema';
import { readYaml, type Problem, type YamlTree } from './yaml-tree';

export { DealsFileError } from './deals-problems';

/** What can be said of a source without its secrets. */
export interface SourceRules {
  name: string;
  crm: CrmName;
  account: string;
  since: Date;
  license: LicenseRules;
}

interface SourceOf {
  receiving: ReceivingSource;
  reading: ReadingSource;
}

/**
 * The sources of the file at this path; none without one.
 *
 * @throws as readDealsFile, when it is no text too; Node's error when the file cannot be read
 */
export function sourcesIn<J extends Job>(path: string | undefined, env: Environment, job: J): SourceOf[J][] {
  return path === undefined ? [] : readDealsFile(textOf(path), env, job);
}

/**
 * When people approve an order, as the file at this path says; none without one.
 *
 * @throws as sourcesIn
 */
export function approvalRulesIn(path: string | undefined): ApprovalRule[] {
  return path === undefined ? [] : readDealsRules(textOf(path)).approvals;
}

function textOf(path: string): string {
  const text = decodeText(readFileSync(path));
  if (text !== undefined) return text;
  const wrong = 'expected text in UTF-8, or in UTF-16 with a byte order mark; came something else';
  throw new DealsFileError([{ line: 1, path: '', problem: wrong }]);
}

/**
 * Reads deals.yaml, with those of the secrets that it names which the job needs. The environment need not have the
 * others; what the file itself says is checked whole.
 *
 * @throws DealsFileError with everything that is wrong, by line; values of secrets are never shown
 * @throws FieldNameWrong
 */
export function readDealsFile<J extends Job>(text: string, env: Environment, job: J): SourceOf[J][] {
  const { sources } = readFile(text, { env, job });
  return Object.entries(sources).map(([name, source]) => {
    if (source.crm === 'salesforce') checkFieldNames(namedFields(source.license));
    return { name, ...withSecretsFor(job, source) } as SourceOf[J];
  });
}

/** Those of the other job were not read. */
function withSecretsFor(job: Job, source: object): object {
  const others: readonly string[] = SECRET_KEYS[job === 'receiving' ? 'reading' : 'receiving'];
  return Object.fromEntries(Object.entries(source).filter(([key]) => !others.includes(key)));
}

/** What deals.yaml says, without its secrets. */
export interface DealsRules {
  sources: SourceRules[];
  /** When people approve an order. */
  approvals: ApprovalRule[];
  /** Names of the variables that have no value here, so that their secrets could not be checked. */
  unset: string[];
}

/**
 * Reads deals.yaml where its secrets need not be at hand: those that are set are checked as well.
 *
 * @throws DealsFileError
 */
export function readDealsRules(text: string, env: Environment = {}): DealsRules {
  const unset = new Set<string>();
  const { sources, approvals } = readFile(text, { env, onUnset: (name) => unset.add(name) });
  return {
    sources: Object.entries(sources).map(([name, { crm, account, since, license }]) => ({
      name,
      crm,
      account,
      since,
      license,
    })),
    approvals,
    unset: [...unset],
  };
}

function readFile(text: string, secrets: Secrets) {
  const tree = withOneSpelling(readYaml(text));
  if (tree.value === undefined) throw new DealsFileError(tree.problems);
  const result = dealsSchema(secrets).safeParse(tree.value);
  const wrong = result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, tree));
  const places = new Set(tree.problems.map(({ path }) => path));
  const problems = [
    ...tree.problems,
    // What could not be read has been said; that nothing is there would be said once more.
    ...wrong.filter(({ path }) => !places.has(path)),
    ...repeatedAccounts(tree),
  ].sort((one, other) => one.line - other.line);
  if (problems.length > 0) throw new DealsFileError(problems);
  return result.data!;
}

/** The British spelling of `license` is taken as well; a problem with it names it as the file does. */
function withOneSpelling(tree: YamlTree): YamlTree {
  const sources = valueAt(tree.value, ['sources']);
  if (!isRecord(sources)) return tree;
  const british = new Set<PropertyKey>();
  const problems = [...tree.problems];
  const renamed = Object.entries(sources).map(([name, source]): [string, unknown] => {
    if (!isRecord(source) || !Object.hasOwn(source, 'licence')) return [name, source];
    const { licence, ...rest } = source;
    if (Object.hasOwn(rest, 'license')) {
      const place = ['sources', name, 'licence'];
      problems.push(problem(tree, place, 'either license or licence', 'both'));
      return [name, rest];
    }
    british.add(name);
    return [name, { ...rest, license: licence }];
  });
  return {
    value: { ...(tree.value as object), sources: Object.fromEntries(renamed) },
    problems,
    placeOf: (path) => {
      const [top, name, key, ...rest] = path;
      const isBritish = top === 'sources' && british.has(name!) && key === 'license';
      return tree.placeOf(isBritish ? [top, name!, 'licence', ...rest] : path);
    },
  };
}

/** Two sources of one account would take each deal twice: looked for beside the schema, whatever else is wrong. */
function repeatedAccounts(tree: YamlTree): Problem[] {
  const seen = new Map<string, string>();
  const sources = valueAt(tree.value, ['sources']);
  if (typeof sources !== 'object' || sources === null) return [];
  return Object.keys(sources).flatMap((name) => {
    const [crm, account] = ['crm', 'account'].map((key) => valueAt(sources, [name, key]));
    if (typeof crm !== 'string' || typeof account !== 'string') return [];
    const key = `${crm}:${crm === 'salesforce' ? (longIdOf(account) ?? account) : account}`;
    const first = seen.get(key);
    if (first !== undefined) {
      const received = `the account of ${first} again`;
      return [problem(tree, ['sources', name, 'account'], 'each account of a CRM once', received)];
    }
    seen.set(key, name);
    return [];
  });
}
