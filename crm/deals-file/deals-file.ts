import type { CrmName } from '../../domain/deal-ids';
import { longIdOf } from '../../domain/salesforce-id';
import { DealsFileError } from './deals-file-error';
import { problem, problemsOf, valueAt } from './deals-problems';
import { dealsSchema, type Environment, type Secrets } from './deals-schema';
import type { LicenceRules, Source } from '../source';
import { readYaml, type Problem, type YamlTree } from './yaml-tree';

export { DealsFileError } from './deals-file-error';

/** What can be said of a source without its secrets. */
export interface SourceRules {
  name: string;
  crm: CrmName;
  account: string;
  since: Date;
  licence: LicenceRules;
}

/**
 * Reads deals.yaml, with the secrets that it names taken from the environment.
 *
 * @throws DealsFileError with everything that is wrong, by line; values of secrets are never shown
 */
export function readDealsFile(text: string, env: Environment): Source[] {
  return Object.entries(readSources(text, { env })).map(([name, source]) => ({ name, ...source }));
}

/** What deals.yaml says, without its secrets. */
export interface DealsRules {
  sources: SourceRules[];
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
  const sources = readSources(text, { env, onUnset: (name) => unset.add(name) });
  return {
    sources: Object.entries(sources).map(([name, { crm, account, since, licence }]) => ({
      name,
      crm,
      account,
      since,
      licence,
    })),
    unset: [...unset],
  };
}

function readSources(text: string, secrets: Secrets) {
  const tree = readYaml(text);
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
  return result.data!.sources;
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
