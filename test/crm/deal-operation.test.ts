import fc from 'fast-check';
import { mapDeal } from '../../crm/deal-to-request';
import type { LicenseRules } from '../../crm/license-rules';
import type { Deal, FilledIn, LineItem } from '../../domain/deal';
import { foldName } from '../../domain/names';
import { OPERATIONS } from '../../domain/request';

const DEALTYPE = {
  from: 'deal',
  field: 'dealtype',
  words: { newbusiness: 'purchase', existingbusiness: 'renew' },
} as const;

const BY_SKU = { from: 'skus', skus: { 'YS-RENEW': 'renew', 'YS-EXT': 'expand' } } as const;

const PRODUCT = {
  from: 'company',
  field: 'edition',
  words: { 'P-Series Software': 'software', 'P-Series Appliance': 'appliance' },
} as const;

const always = (word: (typeof OPERATIONS)[number]) => ({ from: 'rule', word }) as const;
const inDeal = (field: string) => ({ from: 'deal', field }) as const;

/** Rules that name all that any operation has. */
const RULES: LicenseRules = {
  serialNumber: inDeal('pbx'),
  partner: { by: 'email', fact: { from: 'company', field: 'email' } },
  plan: { skus: { 'YS-ULT': 'Ultimate', 'YS-ENT': 'Enterprise' } },
  addExtensions: { skus: ['YS-EXT'] },
  addConcurrentCalls: { fact: inDeal('calls') },
  services: { skus: { 'YS-DR': { service: 'Disaster Recovery', byQuantity: false } } },
  years: { ...inDeal('years'), default: '1' },
  billingCycle: inDeal('cycle'),
  billingContact: { by: 'email', fact: { from: 'rule', value: 'accounts@reseller.example' } },
  activationMailTo: { by: 'email', fact: inDeal('mail') },
  poNumber: inDeal('po'),
};

const PLAN: LineItem = { sku: 'YS-ULT', quantity: '100' };
const EXTRA: LineItem = { sku: 'YS-EXT', quantity: '20.0' };
const RECOVERY: LineItem = { sku: 'YS-DR', quantity: '1' };

const DEAL: Deal = {
  dealId: '4714',
  isWon: true,
  fields: { pbx: '3651E1292455', years: '2', po: 'PO-7781' },
  company: { email: 'it@blue.example' },
  lineItems: [PLAN],
};

function map(deal: Partial<Deal>, rules: Partial<LicenseRules> = {}, filledIn: FilledIn = {}) {
  return mapDeal({ ...DEAL, ...deal }, { ...RULES, ...rules }, filledIn);
}

/** "field: problem", of each. */
function missing(deal: Partial<Deal>, rules?: Partial<LicenseRules>, filledIn?: FilledIn): string[] {
  const mapped = map(deal, rules, filledIn);
  if ('request' in mapped) throw new Error(`Nothing is missing: ${JSON.stringify(mapped.request)}`);
  return mapped.missing.map(({ field, problem }) => `${field}: ${problem}`);
}

const fields = (more: Record<string, string>) => ({ fields: { ...DEAL.fields, ...more } });

const OF_PBX = { kind: 'existing', serialNumber: '3651E1292455' };
const BILLING = { billingContact: { email: 'accounts@reseller.example' }, poNumber: 'PO-7781' };
const FILLED_IN = `, or one of ${OPERATIONS.join(', ')} filled in`;

describe('which operation a deal is', () => {
  it('without a rule it is a purchase, and its request says so little as ever', () => {
    const mapped = map({});
    expect(mapped).toMatchObject({ request: { plan: 'Ultimate', extensions: 100 } });
    expect(mapped).not.toHaveProperty('request.operation');
    expect(mapped).not.toHaveProperty('request.product');
  });

  it('always the same', () => {
    expect(map({}, { operation: always('renew') })).toMatchObject({ request: { operation: 'renew' } });
  });

  it.each([
    ['newbusiness', 'purchase'],
    ['existingbusiness', 'renew'],
    ['Existing Business ', 'renew'],
    ['EXISTING\u00a0BUS\u200bINESS', 'renew'],
  ])('by the value of a field, without case and blanks: "%s" is %s', (dealtype, operation) => {
    expect(map(fields({ dealtype }), { operation: DEALTYPE })).toMatchObject({ request: { operation } });
  });

  it.each([{}, { default: 'purchase' }] as const)(
    'a value that stands for nothing is not guessed, whatever the default: %j',
    (more) => {
      expect(missing(fields({ dealtype: 'upsell' }), { operation: { ...DEALTYPE, ...more } })).toEqual([
        `operation: expected in the field "dealtype" of the deal one of newbusiness (purchase), existingbusiness (renew)${FILLED_IN}; came "upsell"`,
      ]);
    },
  );

  it('no value is the default, and without one it is missing', () => {
    const company = { from: 'company', field: 'type', words: { Kunde: 'renew' } } as const;
    expect(map({}, { operation: { ...company, default: 'renew' } })).toMatchObject({
      request: { operation: 'renew' },
    });
    expect(missing({}, { operation: company })).toEqual([
      `operation: expected in the field "type" of the company one of Kunde (renew)${FILLED_IN}; came nothing`,
    ]);
  });

  it('a value is looked for among the words alone', () => {
    expect(missing(fields({ dealtype: 'constructor' }), { operation: DEALTYPE })[0]).toMatch(
      /came "constructor"$/,
    );
  });

  it('by the SKUs of the line items, several of one operation too', () => {
    const operation = { ...BY_SKU, skus: { ...BY_SKU.skus, 'YS-RENEW-3': 'renew' } } as const;
    const lineItems = [PLAN, { sku: 'YS-RENEW' }, { sku: ' YS-RENEW-3', quantity: '1' }];
    expect(map({ lineItems }, { operation })).toMatchObject({
      request: { operation: 'renew', extensions: 100 },
    });
  });

  const OF_ONE = `operation: expected line items with the SKUs of one operation (YS-RENEW (renew), YS-EXT (expand))${FILLED_IN}; came`;

  it.each<[string, LineItem[], string]>([
    ['two operations', [PLAN, { sku: 'YS-RENEW' }, EXTRA], 'YS-RENEW (renew), YS-EXT (expand)'],
    ['no operation', [PLAN, { name: 'Training' }], 'line items with the SKUs YS-ULT, (none)'],
    ['nothing', [], 'a deal without line items'],
    [
      'one operation, and what may be another',
      [{ sku: 'YS-RENEW' }, { name: 'Old', isUnknown: true }],
      'a line item whose product the CRM does not tell: Old',
    ],
  ])('line items of %s are not guessed at', (_what, lineItems, came) => {
    expect(missing({ lineItems }, { operation: BY_SKU })).toEqual([`${OF_ONE} ${came}`]);
  });

  it('line items of no operation are the default; those of two, or that nobody knows, are not', () => {
    const operation = { ...BY_SKU, default: 'purchase' } as const;
    expect(map({}, { operation })).toMatchObject({ request: { operation: 'purchase' } });
    expect(missing({ lineItems: [{ sku: 'YS-RENEW' }, EXTRA] }, { operation })).toHaveLength(1);
    expect(missing({ lineItems: [PLAN, { isUnknown: true }] }, { operation })).toEqual([
      expect.stringMatching(/^operation: .*does not tell/),
    ]);
  });

  it.each(['0', '-1', '0.5'])('a line item of the quantity %s says no operation', (quantity) => {
    expect(missing({ lineItems: [PLAN, { sku: 'YS-RENEW', quantity }] }, { operation: BY_SKU })).toEqual([
      `operation: expected a whole number above 0 in the quantity of the line item YS-RENEW; came "${quantity}"`,
    ]);
  });

  it('while it is not clear nothing else is missing, and what any order has is shown', () => {
    const { fields: told } = fields({ dealtype: 'upsell', years: 'two' });
    const mapped = map({ fields: told }, { operation: DEALTYPE });
    expect(mapped).toEqual({
      missing: [expect.objectContaining({ field: 'operation' })],
      draft: { license: OF_PBX, plan: 'Ultimate', poNumber: 'PO-7781' },
    });
    const { pbx: _, ...withoutPbx } = told;
    expect(map({ fields: withoutPbx }, { operation: DEALTYPE })).not.toHaveProperty('draft.license');
  });

  it('a person who fills it in goes before the CRM, and the fields of that operation are looked for', () => {
    const lineItems = [PLAN, EXTRA];
    expect(map({ lineItems }, { operation: DEALTYPE }, { operation: 'expand' })).toEqual({
      request: {
        operation: 'expand',
        license: OF_PBX,
        plan: 'Ultimate',
        addExtensions: 20,
        years: 2,
        ...BILLING,
      },
    });
    expect(missing({ lineItems: [] }, { operation: DEALTYPE }, { operation: 'renew' })).toEqual([
      expect.stringMatching(/^plan: /),
      expect.stringMatching(/^extensions: /),
    ]);
    expect(missing({ lineItems: [] }, { operation: DEALTYPE }, { operation: 'switch-plan' })).toEqual([
      expect.stringMatching(/^plan: /),
    ]);
  });
});

describe('which product a deal is of', () => {
  const rules = { product: PRODUCT, operation: always('renew') };
  const company = (edition: string) => ({ company: { ...DEAL.company, edition } });

  it('by the value of a field', () => {
    const request = { operation: 'renew', product: 'appliance', license: OF_PBX, plan: 'Ultimate', years: 2 };
    expect(map(company('p-series appliance'), rules)).toEqual({ request: { ...request, ...BILLING } });
  });

  it('one that stands for nothing is not guessed', () => {
    expect(missing(company('Cloud'), rules)).toEqual([
      'product: expected in the field "edition" of the company one of P-Series Software (software), P-Series Appliance (appliance), or one of software, appliance filled in; came "Cloud"',
    ]);
  });

  it('operation and product are missing together', () => {
    expect(missing({}, { product: PRODUCT, operation: DEALTYPE }).map((line) => line.split(':')[0])).toEqual([
      'operation',
      'product',
    ]);
  });

  it('without the operation it is said for which there is one', () => {
    const mapped = map({}, { product: { from: 'rule', word: 'appliance' }, operation: always('trial') });
    expect(mapped).toMatchObject({
      missing: [
        { field: 'product', problem: expect.stringMatching(/^expected software for trial/) as string },
      ],
      draft: { operation: 'trial', plan: 'Ultimate' },
    });
  });
});

describe('each operation takes its own fields, whatever else the rules name', () => {
  const lineItems = [PLAN];

  it.each<[string, Partial<Deal>, Partial<LicenseRules>, object]>([
    [
      'purchase',
      { lineItems: [PLAN, RECOVERY] },
      {},
      {
        license: OF_PBX,
        plan: 'Ultimate',
        extensions: 100,
        services: ['Disaster Recovery'],
        years: 2,
        ...BILLING,
      },
    ],
    [
      'renew, with the present number of extensions',
      { lineItems: [PLAN, RECOVERY] },
      { operation: always('renew') },
      {
        ...{ operation: 'renew', license: OF_PBX, plan: 'Ultimate', extensions: 100 },
        ...{ services: ['Disaster Recovery'], years: 2, ...BILLING },
      },
    ],
    [
      'switch-plan',
      { lineItems },
      { operation: always('switch-plan') },
      { operation: 'switch-plan', license: OF_PBX, plan: 'Ultimate', years: 2, ...BILLING },
    ],
    [
      'expand, by extensions',
      { lineItems: [PLAN, EXTRA] },
      { operation: always('expand') },
      { operation: 'expand', license: OF_PBX, plan: 'Ultimate', addExtensions: 20, years: 2, ...BILLING },
    ],
    [
      'expand, by concurrent calls',
      fields({ calls: '8' }),
      { operation: always('expand') },
      { operation: 'expand', license: OF_PBX, plan: 'Ultimate', addConcurrentCalls: 8, years: 2, ...BILLING },
    ],
    [
      'add-service',
      { lineItems: [PLAN, RECOVERY] },
      { operation: always('add-service') },
      {
        ...{ operation: 'add-service', license: OF_PBX, plan: 'Ultimate' },
        ...{ services: ['Disaster Recovery'], years: 2, ...BILLING },
      },
    ],
    [
      'trial',
      { fields: { mail: 'ann@blue.example', years: '2', po: 'PO-7781' } },
      { operation: always('trial') },
      {
        ...{ operation: 'trial', license: { kind: 'new', partner: { email: 'it@blue.example' } } },
        ...{ plan: 'Ultimate', activationMailTo: { email: 'ann@blue.example' }, poNumber: 'PO-7781' },
      },
    ],
    [
      'purchase of the appliance, by the month: the default of the years is not meant',
      { fields: { pbx: '3651E1292455', cycle: 'Monthly', po: 'PO-7781' } },
      { product: { from: 'rule', word: 'appliance' } },
      { product: 'appliance', license: OF_PBX, plan: 'Ultimate', billingCycle: 'monthly', ...BILLING },
    ],
    [
      'switch-plan of the appliance',
      fields({ cycle: 'annually' }),
      { product: { from: 'rule', word: 'appliance' }, operation: always('switch-plan') },
      {
        ...{ operation: 'switch-plan', product: 'appliance', license: OF_PBX, plan: 'Ultimate' },
        ...{ years: 2, billingCycle: 'annually', ...BILLING },
      },
    ],
  ])('%s', (_operation, deal, rules, request) => {
    expect(map(deal, rules)).toEqual({ request });
  });

  it.each<[string, Partial<Deal>, Partial<LicenseRules>, string[]]>([
    [
      'a renewal has a serial number, and no new license is bought',
      { fields: { years: '2' } },
      { operation: always('renew') },
      [
        'license.serialNumber: expected the serial number of the PBX in the field "pbx" of the deal, for renew; came nothing',
      ],
    ],
    [
      'so it has where the rules name no field for it',
      {},
      { operation: always('switch-plan'), serialNumber: undefined as never },
      ['license.serialNumber: expected the serial number of the PBX, for switch-plan; came nothing'],
    ],
    [
      'a purchase of the appliance is for a PBX',
      { fields: { years: '2' } },
      { product: { from: 'rule', word: 'appliance' } },
      [
        'license.serialNumber: expected the serial number of the PBX in the field "pbx" of the deal, for purchase of the appliance; came nothing',
      ],
    ],
    [
      'a trial makes a new license',
      {},
      { operation: always('trial') },
      [
        'license.partner: expected kind "new", for trial: it makes a new license, and a PBX that is there gets none; came the text "existing"',
      ],
    ],
    [
      'a trial is for somebody',
      { fields: {} },
      { operation: always('trial'), partner: undefined as never },
      ['license.partner: expected whom a new license is for: a user, or the word ourselves; came nothing'],
    ],
    [
      'an expansion adds something',
      {},
      { operation: always('expand') },
      [
        'addExtensions: expected addExtensions by a line item with the SKU YS-EXT, or addConcurrentCalls in the field "calls" of the deal; came nothing',
      ],
    ],
    [
      'an expansion is by one line item',
      { lineItems: [PLAN, EXTRA, EXTRA] },
      { operation: always('expand') },
      ['addExtensions: expected one line item with the SKU YS-EXT; came 2 of them: YS-EXT, YS-EXT'],
    ],
    [
      'an expansion is by a whole number',
      { lineItems: [PLAN, { sku: 'YS-EXT', quantity: '20,0' }] },
      { operation: always('expand') },
      ['addExtensions: expected a whole number above 0 in the quantity of the line item YS-EXT; came "20,0"'],
    ],
    [
      'an expansion by what nobody knows',
      { ...fields({ calls: '0' }), lineItems: [{ isUnknown: true, name: 'Old' }] },
      { operation: always('expand'), plan: { fact: { from: 'rule', value: 'Ultimate' } } },
      [
        `operation: expected no line items that expand does not order${FILLED_IN}; came a line item whose product the CRM does not tell: Old`,
        'addExtensions: expected one line item with the SKU YS-EXT; came a line item whose product the CRM does not tell: Old',
        'addConcurrentCalls: expected a whole number above 0 in the field "calls" of the deal; came "0"',
      ],
    ],
    [
      'a required field',
      { lineItems: [PLAN, EXTRA] },
      { operation: always('expand'), addConcurrentCalls: { fact: { ...inDeal('calls'), required: true } } },
      ['addConcurrentCalls: expected a value in the field "calls" of the deal; came nothing'],
    ],
    [
      'a service that is added',
      {},
      { operation: always('add-service') },
      [
        'services: expected line items with the SKU of a service (YS-DR); came line items with the SKUs YS-ULT',
      ],
    ],
    [
      'an appliance has years or a cycle',
      { fields: { pbx: '3651E1292455' } },
      { product: { from: 'rule', word: 'appliance' }, years: inDeal('years') },
      [
        'years: expected years in the field "years" of the deal, or billingCycle in the field "cycle" of the deal; came nothing',
      ],
    ],
    [
      'a cycle that is none',
      fields({ cycle: 'weekly' }),
      { product: { from: 'rule', word: 'appliance' } },
      ['billingCycle: expected one of annually, monthly in the field "cycle" of the deal; came "weekly"'],
    ],
    [
      'a monthly plan of some years',
      fields({ cycle: 'monthly' }),
      { product: { from: 'rule', word: 'appliance' } },
      ['years: expected no years with the billing cycle monthly; came the number 2'],
    ],
    [
      'an annual plan of no years',
      { fields: { pbx: '3651E1292455', cycle: 'annually' } },
      { product: { from: 'rule', word: 'appliance' }, years: inDeal('years') },
      ['years: expected a value in the field "years" of the deal; came nothing'],
    ],
    [
      'a quantity that is none of a plan whose number nobody asks for',
      { lineItems: [{ sku: 'YS-ULT', quantity: '0' }] },
      { operation: always('switch-plan') },
      ['plan: expected a whole number above 0 in the quantity of the line item YS-ULT; came "0"'],
    ],
  ])('%s', (_what, deal, rules, problems) => {
    expect(missing(deal, rules)).toEqual(problems);
  });
});

describe('two orders in one deal', () => {
  it.each<[string, LineItem[], Partial<LicenseRules>, string]>([
    ['a renewal and an expansion', [PLAN, EXTRA], { operation: always('renew') }, 'renew does not order'],
    ['a purchase and an expansion', [PLAN, EXTRA], {}, 'purchase does not order'],
    [
      'an expansion and a service',
      [PLAN, EXTRA, RECOVERY],
      { operation: always('expand') },
      'expand does not order',
    ],
  ])('%s are not guessed at, until a person says which', (_what, lineItems, rules, expected) => {
    const [problem, ...others] = missing({ lineItems }, rules);
    expect(others).toEqual([]);
    expect(problem).toMatch(/^operation: /);
    expect(problem).toContain(`${expected}${FILLED_IN}; came YS-`);
    const operation = rules.operation?.from === 'rule' ? rules.operation.word : 'purchase';
    expect(map({ lineItems }, rules, { operation })).toMatchObject({ request: { operation } });
  });
});

it('a line item that the CRM does not tell may be a second order', () => {
  const lineItems = [PLAN, { name: 'Old', isUnknown: true }];
  const rules = { operation: always('switch-plan'), plan: { fact: inDeal('plan') } };
  const deal = { ...fields({ plan: 'Ultimate' }), lineItems };
  expect(missing(deal, rules)).toEqual([
    `operation: expected no line items that switch-plan does not order${FILLED_IN}; came a line item whose product the CRM does not tell: Old`,
  ]);
  expect(map(deal, rules, { operation: 'switch-plan' })).toMatchObject({ request: { plan: 'Ultimate' } });
});

describe('what is filled in', () => {
  it('goes before what the CRM tells, and is checked like the rest', () => {
    const filledIn: FilledIn = { operation: 'expand', addConcurrentCalls: 8, years: 3 };
    expect(map({}, {}, filledIn)).toMatchObject({ request: filledIn });
    const trial: FilledIn = {
      operation: 'trial',
      license: { kind: 'new', partner: 'ourselves' },
      activationMailTo: { company: 'Blue GmbH' },
    };
    expect(map({}, {}, trial)).toMatchObject({
      request: { operation: 'trial', license: { kind: 'new' }, activationMailTo: { company: 'Blue GmbH' } },
    });
    const monthly: FilledIn = { product: 'appliance', billingCycle: 'monthly' };
    expect(map({ fields: { pbx: 'A1' } }, {}, monthly)).toMatchObject({ request: monthly });
  });

  it('and is none of the operation is said, and never left out in silence', () => {
    const mapped = map({ lineItems: [PLAN, EXTRA] }, {}, { operation: 'expand', extensions: 120 });
    expect(mapped).toMatchObject({
      missing: [
        {
          field: 'operation',
          problem:
            'expected an operation that has what is filled in (extensions); came expand; to order without that, dismiss the win and order by hand',
        },
      ],
      draft: { addExtensions: 20 },
    });
    expect(mapped).not.toHaveProperty('draft.extensions');
  });

  it('a license of the other kind is said by the field to fill in', () => {
    expect(missing({}, {}, { operation: 'renew', license: { kind: 'new', partner: 'ourselves' } })).toEqual([
      expect.stringMatching(
        /^license\.serialNumber: expected kind "existing" and the serial number of the PBX, for renew/,
      ),
    ]);
  });
});

it('whatever a deal of any operation holds, it becomes a request of that operation, or is told what is missing', () => {
  const words = Object.fromEntries(OPERATIONS.map((word) => [word, word]));
  const rules = { ...RULES, operation: { from: 'deal', field: 'type', words }, product: PRODUCT } as const;
  const value = fc.oneof(
    fc.constantFrom(...OPERATIONS, '2', 'monthly', 'A1', 'P-Series Software'),
    fc.string(),
  );
  const facts = fc.dictionary(fc.constantFrom('type', 'edition', 'pbx', 'years', 'calls', 'cycle'), value);
  const line = fc.record(
    { sku: fc.constantFrom('YS-ULT', 'YS-EXT', 'YS-DR'), quantity: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(facts, facts, fc.array(line, { maxLength: 3 }), (fields, company, lineItems) => {
      const mapped = map({ fields, company, lineItems }, rules);
      if ('missing' in mapped) return expect(mapped.missing.length).toBeGreaterThan(0);
      expect(foldName(fields.type ?? '')).toBe(mapped.request.operation);
    }),
  );
});
