import { DealsFileError, readDealsRules } from '../../crm/deals-file/deals-file';
import { namedFields, type LicenseRules } from '../../crm/license-rules';
import { shopFile } from './shop-file';

function rulesOf(lines: string): LicenseRules {
  return readDealsRules(shopFile(lines)).sources[0]!.license;
}

/** "line 8, operation: problem", of each. */
function problemsOf(lines: string): string[] {
  try {
    rulesOf(lines);
  } catch (error) {
    expect(error).toBeInstanceOf(DealsFileError);
    return (error as DealsFileError).problems.map(
      ({ line, path, problem }) => `line ${line}, ${path.replace('sources.shop.license.', '')}: ${problem}`,
    );
  }
  throw new Error('The file was taken.');
}

const WHOLE =
  'plan: { skus: { A: Ultimate } }\nyears: 1\nserialNumber: { deal: pbx }\naddExtensions: { skus: [E] }\nservices: { skus: { D: Disaster Recovery } }';

const CHOICES = 'one of purchase, renew, switch-plan, expand, add-service, trial';

describe('operation and product', () => {
  it.each<[string, object]>([
    ['operation: renew', { operation: { from: 'rule', word: 'renew' } }],
    [
      'operation: { deal: dealtype, words: { newbusiness: purchase, existingbusiness: renew } }',
      {
        operation: {
          ...{ from: 'deal', field: 'dealtype' },
          words: { newbusiness: 'purchase', existingbusiness: 'renew' },
        },
      },
    ],
    [
      'operation: { company: tier, words: { 1: purchase, true: renew }, default: trial }',
      {
        operation: {
          from: 'company',
          field: 'tier',
          words: { 1: 'purchase', true: 'renew' },
          default: 'trial',
        },
      },
    ],
    [
      'operation: { deal: Type, words: { "Existing Customer - Upgrade": switch-plan }, required: true }',
      { operation: { from: 'deal', field: 'Type', words: { 'Existing Customer - Upgrade': 'switch-plan' } } },
    ],
    [
      'operation: { skus: { YS-RENEW: renew, YS-EXT: expand } }',
      { operation: { from: 'skus', skus: { 'YS-RENEW': 'renew', 'YS-EXT': 'expand' } } },
    ],
    [
      'operation: { skus: { YS-RENEW: renew }, default: purchase }',
      { operation: { from: 'skus', skus: { 'YS-RENEW': 'renew' }, default: 'purchase' } },
    ],
    ['product: appliance', { product: { from: 'rule', word: 'appliance' } }],
    [
      'product: { deal: edition, words: { PSE: software, Appliance: appliance }, default: software }',
      {
        product: {
          ...{ from: 'deal', field: 'edition', words: { PSE: 'software', Appliance: 'appliance' } },
          default: 'software',
        },
      },
    ],
  ])('%s is taken', (line, rules) => {
    expect(rulesOf(`${WHOLE}\n${line}`)).toMatchObject(rules);
    const { operation, product } = rulesOf(`${WHOLE}\n${line}`);
    expect({ ...(operation && { operation }), ...(product && { product }) }).toEqual(rules);
  });

  it.each<[string, string]>([
    ['operation: renewal', `line 13, operation: expected ${CHOICES}; came "renewal"`],
    [
      'operation: cancel',
      `line 13, operation: expected ${CHOICES} (cancel is not ordered here: the vendor's API cannot cancel an order; the Partner Portal may, while it is pending); came "cancel"`,
    ],
    [
      'operation:',
      `line 13, operation: expected ${CHOICES}, or { deal: field, words: { value: operation } }, or { company: field, words: … }, or { skus: { SKU: operation } }; came nothing`,
    ],
    [
      'operation: [renew]',
      `line 13, operation: expected ${CHOICES}, or { deal: field, words: { value: operation } }, or { company: field, words: … }, or { skus: { SKU: operation } }; came a list`,
    ],
    [
      'operation: { words: { a: renew } }',
      'line 13, operation: expected exactly one of skus, deal and company; came the keys words',
    ],
    [
      'operation: { deal: a, company: b, words: { a: renew } }',
      'line 13, operation: expected exactly one of skus, deal and company; came the keys deal, company, words',
    ],
    [
      'operation: { deal: dealtype }',
      'line 13, operation.words: expected values of the field, each with what it stands for; came nothing',
    ],
    [
      'operation: { deal: dealtype, words: {} }',
      'line 13, operation.words: expected values of the field, each with the operation it stands for; came no keys',
    ],
    [
      'operation:\n  deal: dealtype\n  words:\n    a: renew\n    b: upsell',
      `line 17, operation.words.b: expected ${CHOICES}; came "upsell"`,
    ],
    [
      'operation:\n  deal: dealtype\n  words:\n    New Business: purchase\n    newbusiness: renew',
      'line 17, operation.words.newbusiness: expected each value once, compared without case and blanks; came a value that stands there already',
    ],
    [
      'operation: { deal: dealtype, words: { a: renew }, default: buy }',
      `line 13, operation.default: expected ${CHOICES}; came "buy"`,
    ],
    [
      'operation: { deal: dealtype, words: { a: renew }, default: renew, required: true }',
      'line 13, operation: expected default or required: true, not both; came the keys deal, words, default, required',
    ],
    [
      'operation: { deal: dealtype, words: { a: renew }, required: false }',
      'line 13, operation.required: expected true: a deal that does not tell its operation waits, or has the default; came false',
    ],
    [
      'operation: { deal: dealtype, word: { a: renew } }',
      'line 13, operation.word: expected one of the keys skus, deal, company, words, default, required; came a key that is not known here (did you mean words?)',
    ],
    [
      'operation: { skus: { A: renew }, words: { a: renew } }',
      'line 13, operation: expected no words beside skus: each SKU stands for an operation; came the keys skus, words',
    ],
    [
      'operation: { skus: {} }',
      'line 13, operation.skus: expected SKUs, each with the operation it stands for; came no keys',
    ],
    ['operation: { skus: { A: sell } }', `line 13, operation.skus.A: expected ${CHOICES}; came "sell"`],
    ['product: hardware', 'line 13, product: expected one of software, appliance; came "hardware"'],
    [
      'product: cloud',
      'line 13, product: expected one of software, appliance (cloud is not ordered here: the cycle fields of its orders are not documented); came "cloud"',
    ],
    [
      'product: { skus: { A: software } }',
      'line 13, product.skus: expected one of the keys deal, company, words, default, required; came a key that is not known here',
    ],
    [
      'product: { deal: edition, words: { PSE: software, pse: appliance } }',
      'line 13, product.words.pse: expected each value once, compared without case and blanks; came a value that stands there already',
    ],
  ])('%j is refused', (line, problem) => {
    expect(problemsOf(`${WHOLE}\n${line}`)).toContain(problem);
  });
});

describe('what the operations have beyond a purchase', () => {
  it.each<[string, object]>([
    ['addExtensions: { skus: [YS-EXT, YS-EXT-2] }', { addExtensions: { skus: ['YS-EXT', 'YS-EXT-2'] } }],
    ['addConcurrentCalls: 8', { addConcurrentCalls: { fact: { from: 'rule', value: '8' } } }],
    [
      'addConcurrentCalls: { deal: calls, default: 4 }',
      { addConcurrentCalls: { fact: { from: 'deal', field: 'calls', default: '4' } } },
    ],
    ['billingCycle: monthly', { billingCycle: { from: 'rule', value: 'monthly' } }],
    ['billingCycle: { deal: cycle }', { billingCycle: { from: 'deal', field: 'cycle' } }],
    [
      'activationMailTo: { email: { deal: mail } }',
      { activationMailTo: { by: 'email', fact: { from: 'deal', field: 'mail' } } },
    ],
  ])('%s is taken', (line, rules) => {
    expect(rulesOf(`plan: { skus: { A: Ultimate } }\nyears: 1\n${line}`)).toMatchObject(rules);
  });

  it.each<[string, RegExp]>([
    [
      'addExtensions: { skus: [] }',
      /^line 10, addExtensions\.skus: expected a list of SKUs; came an empty list$/,
    ],
    [
      'addExtensions: { skus: { A: 1 } }',
      /^line 10, addExtensions\.skus: expected a list of SKUs; came the keys A$/,
    ],
    [
      'addExtensions: [E]',
      /^line 10, addExtensions: expected a whole number above 0, or \{ skus: \[SKU\] \}, .*; came a list$/,
    ],
    ['addExtensions: 0', /^line 10, addExtensions: expected a whole number above 0; came "0"$/],
    [
      'addExtensions: { deal: more, default: x }',
      /^line 10, addExtensions\.default: expected a whole number above 0; came "x"$/,
    ],
    [
      'addExtensions: { skus: [E], default: 1 }',
      /^line 10, addExtensions: expected neither default nor required beside skus; came/,
    ],
    [
      'addConcurrentCalls: { skus: [E], deal: x }',
      /^line 10, addConcurrentCalls: expected exactly one of skus, deal and company/,
    ],
    ['billingCycle: yearly', /^line 10, billingCycle: expected one of annually, monthly; came "yearly"$/],
    [
      'billingCycle: { deal: cycle, default: yearly }',
      /^line 10, billingCycle\.default: expected one of annually, monthly; came "yearly"$/,
    ],
    [
      'activationMailTo: { mail: a }',
      /^line 10, activationMailTo\.mail: expected one of the keys partnerId, email, company/,
    ],
    [
      'activationMailTo: ann@blue.example',
      /^line 10, activationMailTo: expected exactly one of partnerId, email, company/,
    ],
  ])('%s is refused', (line, problem) => {
    expect(problemsOf(`plan: { skus: { A: Ultimate } }\nyears: 1\n${line}`)[0]).toMatch(problem);
  });
});

describe('the file names what each of its operations needs', () => {
  it.each([
    'operation: switch-plan\nplan: { deal: plan }\nyears: 1\nserialNumber: { deal: pbx }',
    'operation: trial\nplan: Ultimate\npartner: ourselves',
    'operation: expand\nplan: Ultimate\nyears: 1\nserialNumber: { deal: pbx }\naddConcurrentCalls: { deal: calls }',
    'product: appliance\nplan: Ultimate\nbillingCycle: monthly\nserialNumber: { deal: pbx }',
    'product: appliance\noperation: renew\nplan: Ultimate\nyears: 1\nserialNumber: { deal: pbx }',
  ])('%j is right without extensions, or years', (lines) => {
    expect(rulesOf(lines)).toBeDefined();
  });

  const EXTENSIONS =
    'where the number of extensions stands: without SKUs of plans there is no line item to take it from';
  const YEARS = 'a whole number from 1 to 5, or { deal: field }, or { company: field }';

  it.each<[string, string[]]>([
    [
      'operation: renew\nplan: Ultimate',
      [
        'serialNumber: expected for renew: where the serial number of the PBX stands',
        `extensions: expected for renew: ${EXTENSIONS}`,
        `years: expected for renew: ${YEARS}`,
      ],
    ],
    [
      'operation: { deal: type, words: { a: switch-plan, b: purchase } }\nserialNumber: { deal: pbx }\nplan: Ultimate\nyears: 1',
      [`extensions: expected ${EXTENSIONS}`],
    ],
    [
      'operation: { skus: { T: trial }, default: renew }\nserialNumber: { deal: pbx }\nplan: { skus: { A: Ultimate } }',
      [`years: expected for renew: ${YEARS}`],
    ],
    [
      'operation: expand\nserialNumber: { deal: pbx }\nplan: Ultimate\nyears: 1',
      ['addExtensions: expected for expand: addExtensions or addConcurrentCalls'],
    ],
    [
      'operation: add-service\nserialNumber: { deal: pbx }\nplan: Ultimate\nyears: 1',
      ['services: expected for add-service: where the services stand'],
    ],
    [
      'product: appliance\nplan: Ultimate',
      [
        'serialNumber: expected for purchase of the appliance: where the serial number of the PBX stands',
        'years: expected for purchase of the appliance: years or billingCycle',
      ],
    ],
    [
      'product: { deal: edition, words: { a: software, b: appliance } }\nplan: { skus: { A: Ultimate } }\nyears: 1',
      ['serialNumber: expected for purchase of the appliance: where the serial number of the PBX stands'],
    ],
  ])('%j lacks something', (lines, problems) => {
    expect(problemsOf(lines)).toEqual(problems.map((problem) => `line 7, ${problem}; came nothing`));
  });

  it('an operation that the product does not have', () => {
    expect(problemsOf('operation: trial\nproduct: appliance\nplan: Ultimate\npartner: ourselves')).toEqual([
      'line 9, product: expected software for trial; came "appliance"',
    ]);
    const some = 'product: { deal: edition, words: { a: software, b: appliance } }';
    expect(rulesOf(`operation: trial\n${some}\nplan: Ultimate\npartner: ourselves`)).toBeDefined();
  });

  it.each([
    'operation: sell',
    'operation: { from: renew }',
    'operation: { deal: a, from: b, words: { a: b } }',
    'product: x',
  ])('of what is wrong with the operation that alone is said: %s', (line) => {
    const problems = problemsOf(`${line}\nplan: Ultimate`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toMatch(/extensions|years/);
  });
});

it('the fields by which operation, product and the rest are told are read of a deal', () => {
  const rules = rulesOf(`${WHOLE.replace('{ skus: [E] }', '{ deal: more }')}
operation: { deal: dealtype, words: { newbusiness: purchase } }
product: { company: edition, words: { PSE: software } }
addConcurrentCalls: { deal: calls }
billingCycle: { deal: cycle }
activationMailTo: { email: { company: mail } }`);
  expect(namedFields(rules)).toEqual({
    deal: ['dealtype', 'pbx', 'more', 'calls', 'cycle'],
    company: ['edition', 'mail'],
  });
  expect(namedFields(rulesOf(`${WHOLE}\noperation: { skus: { R: renew } }`))).toEqual({
    deal: ['pbx'],
    company: [],
  });
});
