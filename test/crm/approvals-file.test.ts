import { DealsFileError, readDealsRules } from '../../crm/deals-file/deals-file';
import { shopFile } from './shop-file';

const SHOP = shopFile('plan: { skus: { YS-ULT: Ultimate } }\nyears: 1');

const read = (rule: string, sources = SHOP) =>
  readDealsRules(`${sources}approvals:\n  - ${rule}\n`).approvals;

function problemsIn(rule: string): string[] {
  try {
    read(rule);
  } catch (error) {
    expect(error).toBeInstanceOf(DealsFileError);
    return (error as DealsFileError).problems.map(({ path, problem }) => `${path}: ${problem}`);
  }
  throw new Error('The file was taken.');
}

it('a rule with all that it can say', () => {
  const rule = `
    name: large
    people: 2
    remindAfter: 4h
    extensions: { atLeast: 200 }
    years: { atLeast: 3 }
    plan: [Ultimate, 3049041101760282624]
    services: [Disaster Recovery]
    operation: [renew, switch-plan]
    partner: [it@harbour-hotels.example, Blue Lagoon Ltd, 3000000000000000001]
    source: [shop, page, api, command, temporal]`;
  expect(read(rule)).toEqual([
    {
      name: 'large',
      people: 2,
      remindAfterMs: 4 * 60 * 60_000,
      extensions: { atLeast: 200 },
      years: { atLeast: 3 },
      plan: ['Ultimate', '3049041101760282624'],
      services: ['Disaster Recovery'],
      operation: ['renew', 'switch-plan'],
      partner: ['it@harbour-hotels.example', 'Blue Lagoon Ltd', '3000000000000000001'],
      source: ['shop', 'page', 'api', 'command', 'temporal'],
    },
  ]);
});

it('a name is enough: one person approves every order', () => {
  expect(read('{ name: all }')).toEqual([{ name: 'all', people: 1 }]);
});

it('rules need no source beside them', () => {
  expect(read('{ name: all }', '')).toHaveLength(1);
});

it('without the key there are no rules', () => {
  expect(readDealsRules(SHOP).approvals).toEqual([]);
});

it.each([
  ['{ people: 2 }', 'approvals.0.name: expected the name of the rule, as people are shown it; came nothing'],
  [
    '{ name: " " }',
    'approvals.0.name: expected the name of the rule, as people are shown it; came empty text',
  ],
  ['{ name: a, people: 3 }', 'approvals.0.people: expected 1 or 2; came "3"'],
  ['{ name: a, people: 0 }', 'approvals.0.people: expected 1 or 2; came "0"'],
  ['{ name: a, people: two }', 'approvals.0.people: expected 1 or 2; came "two"'],
  ['{ name: a, remindAfter: 4 }', /^approvals\.0\.remindAfter: expected a duration/],
  ['{ name: a, remindAfter: 0s }', /^approvals\.0\.remindAfter: expected a duration/],
  ['{ name: a, extensions: 200 }', /^approvals\.0\.extensions: expected \{ atLeast: number \}/],
  [
    '{ name: a, extensions: { atLeast: 0 } }',
    /^approvals\.0\.extensions\.atLeast: expected \{ atLeast: number \}/,
  ],
  ['{ name: a, extensions: { atLeast: 1.5 } }', /^approvals\.0\.extensions\.atLeast: /],
  ['{ name: a, extensions: { atLeast: -1 } }', /^approvals\.0\.extensions\.atLeast: /],
  ['{ name: a, extensions: { from: 200 } }', /^approvals\.0\.extensions\.\w+: expected/],
  ['{ name: a, plan: Ultimate }', /^approvals\.0\.plan: expected a list of plans, such as \[one, another\]/],
  ['{ name: a, plan: [] }', /^approvals\.0\.plan: expected a list of plans/],
  ['{ name: a, services: [""] }', /^approvals\.0\.services\.0: expected the name or id of a service/],
  ['{ name: a, operation: [renewal] }', /^approvals\.0\.operation\.0: expected one of purchase, renew/],
  [
    '{ name: a, source: [shopp] }',
    /^approvals\.0\.source\.0: expected one of shop, page, api, command, temporal/,
  ],
  ['{ name: a, plans: [Ultimate] }', /^approvals\.0\.plans: expected one of the keys .*did you mean plan\?/],
  [
    '{ name: a }\n  - { name: a }',
    /^approvals\.1\.name: expected a name of its own; came a name that another rule has/,
  ],
  ['large', /^approvals\.0: expected a rule/],
])('%s is refused by name', (rule, problem) => {
  const [first] = problemsIn(rule);
  if (typeof problem === 'string') expect(first).toBe(problem);
  else expect(first).toMatch(problem);
});

it.each(['approvals: []', 'approvals: {}', 'approvals: all', '{}'])(
  'a file with %s alone has nothing in it',
  (text) => {
    expect(() => readDealsRules(text)).toThrow(DealsFileError);
  },
);
