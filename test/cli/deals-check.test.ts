import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDeals, DealFileError } from '../../cli/deals-check';
import { requestFile, wonce } from '../support/npm-start';
import { ROOT } from '../support/processes';

const example = (name: string) => readFileSync(join(ROOT, 'docs', 'examples', name), 'utf8');
const YAML = example('deals.yaml');
const DEAL = JSON.parse(example('deal.json')) as Record<string, unknown>;
const TWO =
  YAML + YAML.replace('sources:\n', '').replace('  hubspot:', '  other:').replace("'9001234'", '77');

describe('wonce deals check', () => {
  const file = (text = YAML) => requestFile('deals.yaml', text);
  const deal = (changes: Record<string, unknown> = {}) => requestFile('deal.json', { ...DEAL, ...changes });

  it('the file alone', async () => {
    const right = await wonce('deals', 'check', file(TWO), '--json');
    expect(right).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(right.stdout)).toEqual({
      approvals: [],
      sources: [
        { name: 'hubspot', crm: 'hubspot', account: '9001234' },
        { name: 'other', crm: 'hubspot', account: '77' },
      ],
      unset: ['HUBSPOT_CLIENT_SECRET', 'HUBSPOT_ACCESS_TOKEN'],
    });
    const wrong = await wonce('deals', 'check', file(YAML.replace('Ultimate', '')));
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toMatch(
      /^DealsFileInvalid: [^]*\n {2}line 11, sources\.hubspot\.license\.plan\.skus\.YS-ULT: /,
    );
  });

  it('a deal that would be bought exits 0, and the request is shown', async () => {
    const { code, stdout, stderr } = await wonce('deals', 'check', file(), '--deal', deal(), '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      source: 'hubspot',
      deal: 'hubspot:9001234:31415926535',
      remarks: [],
      request: {
        license: { kind: 'existing', serialNumber: '3651E1292455' },
        plan: 'Ultimate',
        extensions: 100,
        services: ['Disaster Recovery'],
        years: 2,
        billingContact: { email: 'accounts@reseller.example' },
        poNumber: 'PO-7781',
      },
    });
  });

  it('what is ordered comes first, where it is no purchase', async () => {
    const operation = 'operation: { deal: type, words: { a: renew, b: purchase } }\n      ';
    const yaml = file(YAML.replace('serialNumber:', `${operation}serialNumber:`));
    const ofType = (type: string, more = {}) =>
      deal({ fields: { ...(DEAL.fields as object), type, ...more } });
    const check = (given: string) => wonce('deals', 'check', yaml, '--deal', given);
    const whole = await check(ofType('a'));
    expect(whole.code).toBe(0);
    expect(whole.stdout).toMatch(
      /would become the request\nrenew the PBX 3651E1292455, [^\n]*\n\{\n {2}"operation": "renew"/,
    );
    const partial = await check(ofType('a', { license_years: 'two' }));
    expect(partial.code).toBe(3);
    expect(partial.stdout).toMatch(
      /missing:\n {2}years: [^\n]*\nAs far as it is known: renew the PBX [^\n]*\n$/,
    );
    expect((await check(ofType('b'))).stdout).toMatch(/would become the request\n\{/);
    const unclear = await check(ofType('c'));
    expect(unclear.code).toBe(3);
    expect(unclear.stdout).toMatch(
      /missing:\n {2}operation: expected .* one of a \(renew\), b \(purchase\)[^\n]*came "c"\n$/,
    );
  });

  it('a deal that lacks something exits 3', async () => {
    const { code, stdout } = await wonce('deals', 'check', file(), '--deal', deal({ lineItems: [] }));
    expect(code).toBe(3);
    expect(stdout).toMatch(/would wait for what is missing:\n {2}plan: [^\n]*\n {2}extensions: /);
  });

  it('a deal that nothing would be bought for by itself exits 3', async () => {
    const lost = await wonce('deals', 'check', file(), '--deal', deal({ isWon: false }));
    expect(lost.code).toBe(3);
    expect(lost.stdout).toMatch(/would become the request[^]*\nIt is not won: nothing would be bought\.\n$/);
  });

  it('wrong use exits 2', async () => {
    for (const args of [
      ['deals'],
      ['deals', 'check'],
      ['deals', 'frobnicate'],
      ['deals', 'check', 'no-such-file.yaml'],
      ['deals', 'check', file(), '--deal', 'no-such-file.json'],
      ['deals', 'check', file(), '--source', 'hubspot'],
      ['deals', 'check', file(), '--deal', deal(), '--source', 'nobody'],
    ]) {
      expect(await wonce(...args)).toMatchObject({ code: 2, stdout: '' });
    }
    const several = await wonce('deals', 'check', file(TWO), '--deal', deal());
    expect(several).toMatchObject({ code: 2, stdout: '' });
    expect(several.stderr).toMatch(/WrongUse: .*--source and one of hubspot, other/);
    expect(await wonce('deals', 'check', file(TWO), '--deal', deal(), '--source', 'other')).toMatchObject({
      code: 0,
    });
  });

  it('a deal that is none exits 1', async () => {
    const { code, stderr } = await wonce('deals', 'check', file(), '--deal', requestFile('deal.json', '{'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DealFileInvalid: The deal is not JSON/);
  });
});

it.each([
  [[], /deal: expected one JSON object with the keys dealId/],
  [{ ...DEAL, dealId: 31415926535 }, /dealId: expected the id of the deal as text/],
  [{ ...DEAL, dealId: 'a:b' }, /dealId: expected the id of the deal as text/],
  [{ ...DEAL, isWon: 'true' }, /isWon: expected true or false/],
  [{ ...DEAL, wonAt: '2026-11-24' }, /wonAt: expected a time/],
  [{ ...DEAL, fields: { license_years: 2 } }, /fields\.license_years: expected text, in quotes/],
  [
    { ...DEAL, lineItems: [{ quantity: 100 }] },
    /lineItems\.0\.quantity: expected a quantity as text, in quotes/,
  ],
  [{ ...DEAL, lineItems: [{ SKU: 'A' }] }, /lineItems\.0: expected an object.*not known here: SKU/],
  [{ ...DEAL, line_items: [] }, /deal: expected .*not known here: line_items/],
])('what is no deal is refused with where: %j', (deal, message) => {
  expect(() => checkDeals(YAML, JSON.stringify(deal), {})).toThrow(DealFileError);
  expect(() => checkDeals(YAML, JSON.stringify(deal), {})).toThrow(message);
});

it('a deal won before since is one that a person would be asked about', () => {
  const check = (wonAt: string) => checkDeals(YAML, JSON.stringify({ ...DEAL, wonAt }), {}).remarks;
  expect(check('2026-11-23T23:59:59Z')).toEqual([
    'It was won at 2026-11-23T23:59:59Z, before 2026-11-24T00:00:00.000Z: a person would be asked.',
  ]);
  expect(check('2026-11-24T00:00:00Z')).toEqual([]);
});

describe('a deal file', () => {
  const check = (deal: unknown) => checkDeals(YAML, typeof deal === 'string' ? deal : JSON.stringify(deal));
  const { poNumber: _, ...withoutPo } = (check(DEAL) as { request: Record<string, unknown> }).request;

  it.each([null, '', ' \u200b'])('may have %j for what is not there', (empty) => {
    const { company: _1, wonAt: _2, fields, lineItems, ...rest } = DEAL;
    const given = {
      ...{ ...rest, company: empty, wonAt: empty },
      fields: { ...(fields as object), po_number: empty },
      lineItems: [...(lineItems as object[]), { sku: empty, name: 'Fee', quantity: empty }, empty],
    };
    expect(check(given)).toMatchObject({ request: withoutPo });
  });

  it('may begin with a byte order mark', () => {
    expect(check(`\uFEFF${JSON.stringify(DEAL)}`)).toEqual(check(DEAL));
  });

  it('is refused with a key that stands twice', () => {
    const twice = JSON.stringify(DEAL).replace('"isWon":true', '"isWon":false,"isWon":true');
    expect(() => check(twice)).toThrow(/^The deal has the key "isWon" twice/);
  });

  it('may write its time in other ways, but with a zone', () => {
    expect(check({ ...DEAL, wonAt: '2026-11-24 10:00:00+0000' }).remarks).toEqual([]);
    expect(() => check({ ...DEAL, wonAt: '2026-11-24T10:00:00' })).toThrow(/wonAt: expected a time/);
  });
});
