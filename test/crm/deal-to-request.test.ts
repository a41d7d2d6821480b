import fc from 'fast-check';
import { mapDeal } from '../../crm/deal-to-request';
import { readWholeNumber, type LicenseRules } from '../../crm/license-rules';
import type { Deal, FilledIn, LineItem } from '../../domain/deal';

const RULES: LicenseRules = {
  serialNumber: { from: 'deal', field: 'pbx' },
  partner: 'ourselves',
  plan: { skus: { 'YS-ULT': 'Ultimate', 'YS-ENT': 'Enterprise' } },
  services: {
    skus: {
      'YS-DR': { service: 'Disaster Recovery', byQuantity: false },
      'YS-REC': { service: 'Recording', byQuantity: true },
    },
  },
  years: { from: 'deal', field: 'years', default: '1' },
  billingContact: { by: 'email', fact: { from: 'rule', value: 'accounts@reseller.example' } },
  poNumber: { from: 'deal', field: 'po' },
};

const DEAL: Deal = {
  dealId: '31415926535',
  isWon: true,
  fields: { pbx: '3651E1292455', years: '2', po: 'PO-7781' },
  company: { email: 'it@blue.example' },
  lineItems: [
    { sku: 'YS-ULT', name: 'Ultimate', quantity: '100' },
    { sku: 'YS-DR', quantity: '1' },
    { sku: 'ROUTER', quantity: 'one hundred' },
    { name: 'Installation' },
  ],
};

const REQUEST = {
  license: { kind: 'existing', serialNumber: '3651E1292455' },
  plan: 'Ultimate',
  extensions: 100,
  services: ['Disaster Recovery'],
  years: 2,
  billingContact: { email: 'accounts@reseller.example' },
  poNumber: 'PO-7781',
};

function map(deal: Partial<Deal>, rules: Partial<LicenseRules> = {}, filledIn: FilledIn = {}) {
  return mapDeal({ ...DEAL, ...deal }, { ...RULES, ...rules }, filledIn);
}

/** "field: problem", of each. */
function missing(deal: Partial<Deal>, rules?: Partial<LicenseRules>, filledIn?: FilledIn): string[] {
  const mapped = map(deal, rules, filledIn);
  if ('request' in mapped) throw new Error('Nothing is missing.');
  return mapped.missing.map(({ field, problem }) => `${field}: ${problem}`);
}

const items = (...lineItems: LineItem[]) => ({ lineItems });

it('a deal becomes the request that its rules describe; line items of other SKUs are nothing to it', () => {
  expect(map({})).toEqual({ request: REQUEST });
});

describe('new license or existing PBX', () => {
  const partner = { by: 'email', fact: { from: 'company', field: 'email' } } as const;

  it.each([{}, { pbx: '' }, { pbx: '  ' }])('without a serial number it is a new one: %j', (fields) => {
    expect(map({ fields })).toMatchObject({ request: { license: { kind: 'new' } } });
    expect(map({ fields }, { partner })).toMatchObject({
      request: { license: { kind: 'new', partner: { email: 'it@blue.example' } } },
    });
  });

  it('with one, its partner does not matter', () => {
    expect(map({ company: {} }, { partner })).toEqual({ request: REQUEST });
  });

  it('a serial number that is required is missing, and no new license is bought', () => {
    const serialNumber = { from: 'deal', field: 'pbx', required: true } as const;
    expect(missing({ fields: {} }, { serialNumber, partner })).toEqual([
      'license.serialNumber: expected a value in the field "pbx" of the deal; came nothing',
    ]);
  });

  it('a user that the CRM does not tell is missing: the license would be for oneself', () => {
    expect(missing({ fields: {}, company: {} }, { partner })).toEqual([
      'license.partner: expected a value in the field "email" of the company; came nothing',
    ]);
  });

  it.each([undefined, 'no rule'])('nothing becomes for oneself by absence: required %s', (required) => {
    const { partner: _, ...nobody } = RULES;
    const fact = { from: 'company', field: 'email', required: false } as const;
    const rules = required === undefined ? { ...RULES, partner: { by: 'email', fact } as const } : nobody;
    const mapped = mapDeal({ ...DEAL, fields: {}, company: {} }, rules, {});
    expect(mapped).toMatchObject({ missing: [{ field: 'license.partner' }], draft: { plan: 'Ultimate' } });
    expect(mapped).not.toHaveProperty('draft.license');
  });

  it('a person fills in that a new license is for oneself in words, and not by naming nobody', () => {
    const { partner: _, ...nobody } = RULES;
    const by = (filledIn: FilledIn) => mapDeal({ ...DEAL, fields: {} }, nobody, filledIn);
    expect(by({ license: { kind: 'new', partner: 'ourselves' } })).toMatchObject({
      request: { license: { kind: 'new' } },
    });
    expect(by({ license: { kind: 'new' } })).toMatchObject({ missing: [{ field: 'license.partner' }] });
  });

  it('while something is missing, what is known is shown without the e-mail addresses of people', () => {
    const shown = map({ fields: {}, lineItems: [] }, { partner });
    expect(shown).toMatchObject({
      draft: { license: { kind: 'new', partner: { email: 'i…@blue.example' } } },
    });
    expect(shown).not.toHaveProperty('draft.plan');
  });

  it('a field of a name that JavaScript knows is looked for in the deal only', () => {
    const serialNumber = { from: 'deal', field: 'constructor' } as const;
    expect(map({}, { serialNumber })).toMatchObject({ request: { license: { kind: 'new' } } });
  });
});

describe('the plan', () => {
  it('none of the line items is one', () => {
    const lines = {
      lineItems: [{ sku: 'ROUTER', quantity: '1' }, { name: 'Installation' }, { sku: 'ys-ult' }],
    };
    expect(missing(lines)).toEqual([
      'plan: expected one line item with the SKU of a plan (YS-ULT, YS-ENT); came line items with the SKUs ROUTER, (none), ys-ult',
      "extensions: expected the quantity of the plan's line item; came line items with the SKUs ROUTER, (none), ys-ult",
    ]);
    expect(missing(items())[0]).toMatch(/came a deal without line items$/);
    expect(missing(items({ sku: 'toString', quantity: '1' }))[0]).toMatch(/^plan: /);
  });

  it.each([
    ['YS-ULT', 'YS-ENT'],
    ['YS-ULT', 'YS-ULT'],
  ])('two line items are: %s and %s', (one, other) => {
    const two = items({ sku: one, quantity: '100' }, { sku: other, quantity: '100' });
    expect(missing(two)[0]).toBe(
      `plan: expected one line item with the SKU of a plan (YS-ULT, YS-ENT); came 2 of them: ${one}, ${other}`,
    );
    expect(missing(two, {}, { plan: 'Ultimate' })).toEqual([
      `extensions: expected the quantity of the plan's line item; came 2 of them: ${one}, ${other}`,
    ]);
    expect(map(two, {}, { plan: 'Ultimate', extensions: 100 })).toMatchObject({
      request: { plan: 'Ultimate', extensions: 100 },
    });
  });

  it('spaces around a SKU do not count', () => {
    expect(map(items({ sku: ' YS-ENT ', quantity: '5' }))).toMatchObject({ request: { plan: 'Enterprise' } });
  });

  it('from a field', () => {
    const rules: Partial<LicenseRules> = {
      plan: { fact: { from: 'company', field: 'plan' } },
      extensions: { from: 'deal', field: 'seats' },
    };
    const told = { company: { plan: 'Enterprise' }, fields: { seats: '20.0' }, lineItems: [] };
    expect(map(told, rules)).toMatchObject({ request: { plan: 'Enterprise', extensions: 20 } });
    expect(missing({ fields: {}, lineItems: [] }, rules)).toEqual([
      'plan: expected a value in the field "plan" of the company; came nothing',
      'extensions: expected a value in the field "seats" of the deal; came nothing',
    ]);
  });
});

describe('numbers', () => {
  const extensionsOf = (quantity: string) => map(items({ sku: 'YS-ULT', quantity }));

  it.each(['100', '100.0', '100.000', ' 100 '])('"%s" is 100', (quantity) => {
    expect(extensionsOf(quantity)).toMatchObject({ request: { extensions: 100 } });
  });

  it.each([
    '100,0',
    '1,000',
    '1.000,0',
    '1 000',
    'one hundred',
    '100.5',
    '100.',
    '.5',
    '1e2',
    '0x64',
    '-1',
    '+1',
    '0',
    '0.0',
    '0100',
    'NaN',
    '١٠٠',
    '9007199254740993',
  ])('"%s" is no number of extensions, and is shown', (quantity) => {
    expect(missing(items({ sku: 'YS-ULT', quantity }))).toEqual([
      `extensions: expected a whole number above 0 in the quantity of the line item YS-ULT; came "${quantity}"`,
    ]);
  });

  it('no quantity at all', () => {
    expect(missing(items({ sku: 'YS-ULT' }))[0]).toMatch(/^extensions: .*; came nothing$/);
  });

  it('a whole number with any number of zeros behind its point is that number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.nat({ max: 40 }), (n, zeros) => {
        expect(readWholeNumber(zeros === 0 ? `${n}` : `${n}.${'0'.repeat(zeros)}`)).toBe(n);
      }),
    );
  });

  it('whatever else stands there is no number, or the one that it says', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double().map(String), fc.stringMatching(/^[0-9.,e+-]{1,8}$/)),
        (text) => {
          const number = readWholeNumber(text);
          expect(number === undefined || (number === Number(text) && number > 0)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['6', 'years: expected a whole number from 1 to 5; came the number 6'],
    ['two', 'years: expected a whole number above 0 in the field "years" of the deal; came "two"'],
  ])('years: %s', (years, message) => {
    expect(missing({ fields: { ...DEAL.fields, years } })).toEqual([message]);
  });

  it('the default where the deal says nothing, and not where it says something wrong', () => {
    expect(map({ fields: {} })).toMatchObject({ request: { years: 1 } });
    expect(missing({ fields: { years: '0' } })).toEqual([expect.stringMatching(/^years: /)]);
  });
});

describe('services', () => {
  const plan: LineItem = { sku: 'YS-ULT', quantity: '10' };

  it('none', () => {
    const { request } = map(items(plan)) as { request: object };
    expect(request).not.toHaveProperty('services');
  });

  it('by quantity, and once', () => {
    const lines = items(plan, { sku: 'YS-REC', quantity: '3.0' }, { sku: 'YS-DR', quantity: '7' });
    expect(map(lines)).toMatchObject({
      request: { services: [{ service: 'Recording', quantity: 3 }, 'Disaster Recovery'] },
    });
  });

  it.each(['0', '-1', '0.5'])('not by a line item whose quantity is %s', (quantity) => {
    const came = `expected a whole number above 0 in the quantity of the line item YS-DR; came "${quantity}"`;
    expect(missing(items(plan, { sku: 'YS-DR', quantity }))).toEqual([`services: ${came}`]);
    const extensions = { from: 'rule', value: '10' } as const;
    expect(missing(items({ sku: 'YS-ULT', quantity }), { extensions })).toEqual([
      `plan: ${came.replace('YS-DR', 'YS-ULT')}`,
    ]);
  });

  it('by a quantity that is none', () => {
    expect(missing(items(plan, { sku: 'YS-REC', quantity: '3,5' }))).toEqual([
      'services: expected a whole number above 0 in the quantity of the line item YS-REC; came "3,5"',
    ]);
  });

  it('one twice', () => {
    expect(missing(items(plan, { sku: 'YS-DR' }, { sku: 'YS-DR' }))).toEqual([
      'services.1: expected each service once; came Disaster Recovery a second time',
    ]);
  });

  it('one that is not sold with the plan', () => {
    const lines = items({ sku: 'YS-ENT', quantity: '10' }, { sku: 'YS-DR' });
    expect(missing(lines)).toEqual([expect.stringMatching(/^services: .*Disaster Recovery.* Ultimate only/)]);
    expect(map(lines, {}, { services: [] })).toMatchObject({ request: { plan: 'Enterprise', services: [] } });
  });

  it('by name, whatever the deal holds', () => {
    expect(map(items(plan), { services: { names: ['Hotel PMS'] } })).toMatchObject({
      request: { services: ['Hotel PMS'] },
    });
  });
});

it('a line item of a product that the CRM does not tell may be any: the deal waits until a person has said all of it', () => {
  const lines = items(
    { sku: 'YS-ULT', quantity: '10' },
    { name: 'Recovery', quantity: '1', isUnknown: true },
  );
  const came = 'came a line item whose product the CRM does not tell: Recovery';
  expect(missing(lines)).toEqual([
    `plan: expected one line item with the SKU of a plan (YS-ULT, YS-ENT); ${came}`,
    `extensions: expected the quantity of the plan's line item; ${came}`,
    `services: expected line items with a product each; ${came}`,
  ]);
  const filledIn: FilledIn = { plan: 'Ultimate', extensions: 10, services: ['Disaster Recovery'] };
  expect(map(lines, {}, filledIn)).toMatchObject({ request: filledIn });
});

it('what may be left out is left out, unless it is required', () => {
  const billingContact = { by: 'company', fact: { from: 'deal', field: 'payer' } } as const;
  const { request } = map({ fields: {} }, { billingContact }) as { request: object };
  expect(request).not.toHaveProperty('billingContact');
  expect(request).not.toHaveProperty('poNumber');
  expect(
    missing(
      { fields: {} },
      {
        billingContact: { ...billingContact, fact: { ...billingContact.fact, required: true } },
        poNumber: { from: 'deal', field: 'po', required: true },
      },
    ).map((line) => line.split(':')[0]),
  ).toEqual(['billingContact', 'poNumber']);
});

it('what a person filled in goes before what the CRM tells, and is not looked for there', () => {
  const filledIn: FilledIn = {
    license: { kind: 'new', partner: { company: 'Blue GmbH' } },
    plan: 'Enterprise',
    extensions: 7,
    services: ['Hotel PMS'],
    years: 3,
    billingContact: { billingContactId: '77' },
    poNumber: 'PO-1',
  };
  expect(map({}, {}, filledIn)).toEqual({ request: filledIn });
  expect(map({ fields: { years: 'x' }, lineItems: [] }, {}, filledIn)).toEqual({ request: filledIn });
});

it('what is filled in is checked like the rest', () => {
  expect(missing({}, {}, { extensions: 0 })).toEqual([
    'extensions: expected a whole number of at least 1; came the number 0',
  ]);
});

it('everything that is missing, at once', () => {
  const fields = { years: '9', po: 'PO-1' };
  expect(missing({ fields, lineItems: [] }).map((line) => line.split(':')[0])).toEqual([
    'plan',
    'extensions',
    'years',
  ]);
});

it('whatever a deal holds, it becomes a request or is told what is missing', () => {
  const facts = fc.dictionary(fc.constantFrom('pbx', 'years', 'po', 'email'), fc.string());
  const line = fc.record(
    { sku: fc.constantFrom('YS-ULT', 'YS-REC', 'x'), name: fc.string(), quantity: fc.string() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(facts, facts, fc.array(line, { maxLength: 4 }), (fields, company, lineItems) => {
      const mapped = map({ fields, company, lineItems });
      expect('request' in mapped || mapped.missing.length > 0).toBe(true);
    }),
  );
});

it.each(['\u200b', '\u00ad', '\u200e', '\ufeff', '\ufe0f', '\u2060'])(
  'what nobody can see in a fact or a SKU changes nothing: %j',
  (mark) => {
    const fields = { pbx: `${mark}3651${mark}E1292455`, years: `2${mark}`, po: `PO-${mark}7781` };
    const lineItems = [
      { sku: `YS${mark}-ULT`, quantity: `${mark}100` },
      { sku: `YS-DR${mark}`, quantity: mark },
      { sku: mark, quantity: mark },
    ];
    expect(map({ fields, lineItems })).toEqual({ request: REQUEST });
    expect(map({ fields: { ...fields, years: mark } })).toMatchObject({ request: { years: 1 } });
  },
);

it('letters and digits of full width are those of usual width in numbers, SKUs and serial numbers', () => {
  const fields = { pbx: '３６５１Ｅ１２９２４５５', years: '２', po: 'PO-7781' };
  const lineItems = [{ sku: 'ＹＳ－ＵＬＴ', quantity: '１００' }, { sku: 'YS-DR' }];
  expect(map({ fields, lineItems })).toEqual({ request: REQUEST });
  expect(missing({ lineItems: [{ sku: 'YS-ULT', quantity: '10²' }] })).toEqual([
    expect.stringMatching(/^extensions: expected a whole number/),
  ]);
});

it('a line break in a fact is missing, with its field', () => {
  expect(missing({ fields: { ...DEAL.fields, po: 'PO-1\nPO-2' } })).toEqual([
    expect.stringMatching(/^poNumber: expected .* in one line/),
  ]);
});
