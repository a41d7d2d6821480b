import type { CrmName } from '../../orders/deal';
import { longIdOf } from '../../orders/salesforce-id';
import { DealsFileError } from './deals-file-error';
import { problem, problemsOf, valueAt } from './deals-problems';
import { dealsSchema, type Environment } from './deals-schema';
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
  return Object.entries(readSources(text, env)).map(([name, source]) => ({ name, ...source }));
}

/**
 * Reads deals.yaml where its secrets are not at hand: all of it is checked except that the variables are set.
 *
 * @throws DealsFileError
 */
export function readDealsRules(text: string): SourceRules[] {
  return Object.entries(readSources(text, undefined)).map(([name, { crm, account, since, licence }]) => ({
    name,
    crm,
    account,
    since,
    licence,
  }));
}

function readSources(text: string, env: Environment | undefined) {
  const tree = readYaml(text);
  if (tree.value === undefined) throw new DealsFileError(tree.problems);
  const result = dealsSchema(env).safeParse(tree.value);
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
