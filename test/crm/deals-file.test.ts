import { DealsFileError, readDealsFile, readDealsRules } from '../../crm/deals-file/deals-file';
import type { Job } from '../../crm/deals-file/deals-schema';
import { namedFields } from '../../crm/license-rules';
import { shopFile } from './shop-file';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ENV = {
  HUBSPOT_SECRET: ' secret-of-the-app\n',
  HUBSPOT_SECRET_BEFORE: 'app-secret-before',
  HUBSPOT_TOKEN: 'hubspot-token',
  PIPEDRIVE_PASSWORD: 'pipedrive-password',
  PIPEDRIVE_TOKEN: 'pipedrive-token',
  SALESFORCE_SECRET: 'salesforce-secret',
  SALESFORCE_ID: 'salesforce-id',
  SALESFORCE_KEY: 'salesforce-key',
  SHOP_SECRET: SECRET,
};

const HUBSPOT = `
sources:
  hubspot:
    crm: hubspot
    account: "9001234"
    secrets: [HUBSPOT_SECRET, HUBSPOT_SECRET_BEFORE]
    accessToken: HUBSPOT_TOKEN
    wonStages: [closedwon, 12345]
    since: 2026-11-24T01:00:00+01:00
    license:
      serialNumber: { deal: pbx_serial_number }
      partner: { email: { company: reseller_email } }
      plan: { skus: { YS-ULT: Ultimate, 1001: Enterprise } }
      services: { skus: { YS-DR: Disaster Recovery, YS-REC: { service: Recording, byQuantity: true } } }
      years: { deal: license_years, default: 1 }
      billingContact: { email: accounts@reseller.example }
      poNumber: { deal: po_number }
`;

/** A source of which one part is of interest; line 1 is `sources:`. */
function shop({ account = 'shop', secrets = '[SHOP_SECRET]', more = '', license = '' } = {}): string {
  return `sources:
  shop:
    crm: standard-webhooks
    account: ${account}
    secrets: ${secrets}
    since: 2026-11-24T00:00:00Z${more && `\n    ${more}`}
    license:
      plan: { skus: { YS-ULT: Ultimate } }
      years: 1${license && `\n      ${license}`}
`;
}

type Variables = Record<string, string | undefined>;

function refusalOf(text: string, env: Variables = ENV, job: Job = 'receiving'): DealsFileError {
  try {
    readDealsFile(text, env, job);
  } catch (error) {
    expect(error).toBeInstanceOf(DealsFileError);
    return error as DealsFileError;
  }
  throw new Error('The file was taken.');
}

/** "line 4, path: problem", of each. */
function problemsOf(text: string, env?: Variables, job?: Job): string[] {
  return refusalOf(text, env, job).problems.map(
    ({ line, path, problem }) => `line ${line}${path && `, ${path}`}: ${problem}`,
  );
}

describe('a file that is right', () => {
  it('a source of HubSpot, with every part, and the defaults of what is left out', () => {
    const rules = {
      name: 'hubspot',
      crm: 'hubspot',
      account: '9001234',
      wonStages: ['closedwon', '12345'],
      since: new Date('2026-11-24T00:00:00Z'),
      wonAgain: 'ask',
      sweep: { everyMs: 600_000, overlapMs: 3_600_000 },
      api: 'https://api.hubapi.com',
      license: {
        serialNumber: { from: 'deal', field: 'pbx_serial_number' },
        partner: { by: 'email', fact: { from: 'company', field: 'reseller_email' } },
        plan: { skus: { 'YS-ULT': 'Ultimate', '1001': 'Enterprise' } },
        services: {
          skus: {
            'YS-DR': { service: 'Disaster Recovery', byQuantity: false },
            'YS-REC': { service: 'Recording', byQuantity: true },
          },
        },
        years: { from: 'deal', field: 'license_years', default: '1' },
        billingContact: { by: 'email', fact: { from: 'rule', value: 'accounts@reseller.example' } },
        poNumber: { from: 'deal', field: 'po_number' },
      },
    };
    const secrets = ['secret-of-the-app', 'app-secret-before'];
    expect(readDealsFile(HUBSPOT, ENV, 'receiving')).toEqual([{ ...rules, secrets }]);
    expect(readDealsFile(HUBSPOT, ENV, 'reading')).toEqual([{ ...rules, accessToken: 'hubspot-token' }]);
  });

  it('Pipedrive, Salesforce and any other sender', () => {
    const rules = 'license: { plan: Ultimate, extensions: { deal: seats }, years: 2, services: [Hotel PMS] }';
    const text = `sources:
  pipedrive:
    crm: pipedrive
    account: 77
    secrets: [PIPEDRIVE_PASSWORD]
    user: wonce
    apiToken: PIPEDRIVE_TOKEN
    since: 2026-11-24T00:00:00Z
    wonAgain: buy
    sweep: { every: 90s }
    api: http://127.0.0.1:8085/
    ${rules}
  salesforce:
    crm: salesforce
    account: 00DAA0000001abc2AA
    secrets: [SALESFORCE_SECRET]
    api: https://acme.my.salesforce.com
    clientId: SALESFORCE_ID
    clientSecret: SALESFORCE_KEY
    since: 2026-11-24T00:00:00Z
    sweep: { overlap: 1d }
    ${rules}
  shop-2:
    crm: standard-webhooks
    account: shop
    secrets: [SHOP_SECRET]
    since: 2026-11-24T00:00:00Z
    wonAgain: ignore
    ${rules}
`;
    expect(readDealsFile(text, ENV, 'reading')).toMatchObject([
      {
        name: 'pipedrive',
        account: '77',
        user: 'wonce',
        apiToken: 'pipedrive-token',
        wonAgain: 'buy',
        sweep: { everyMs: 90_000, overlapMs: 3_600_000 },
        api: 'http://127.0.0.1:8085',
      },
      {
        name: 'salesforce',
        clientId: 'salesforce-id',
        clientSecret: 'salesforce-key',
        api: 'https://acme.my.salesforce.com',
        sweep: { everyMs: 600_000, overlapMs: 86_400_000 },
      },
      {
        name: 'shop-2',
        wonAgain: 'ignore',
        license: {
          plan: { fact: { from: 'rule', value: 'Ultimate' } },
          extensions: { from: 'deal', field: 'seats' },
          years: { from: 'rule', value: '2' },
          services: { names: ['Hotel PMS'] },
        },
      },
    ]);
    expect(readDealsFile(text, ENV, 'receiving').map(({ secrets }) => secrets)).toEqual([
      ['pipedrive-password'],
      ['salesforce-secret'],
      [SECRET],
    ]);
  });

  it.each(['9223372036854775807', '0012345678901234567890', '"9223372036854775807"'])(
    'an id keeps every digit, in quotes or not: %s',
    (id) => {
      const [source] = readDealsFile(shop({ account: id, license: `poNumber: ${id}` }), ENV, 'receiving');
      const digits = id.replaceAll('"', '');
      expect(source).toMatchObject({ account: digits, license: { poNumber: { value: digits } } });
    },
  );

  it('a part of one source is used again in another', () => {
    const text = `${shop().replace('license:', 'license: &rules')}
  other:
    crm: standard-webhooks
    account: other
    secrets: [SHOP_SECRET]
    since: 2026-11-24T00:00:00Z
    license: *rules
`;
    const [one, other] = readDealsFile(text, ENV, 'receiving');
    expect(other!.license).toEqual(one!.license);
  });

  it('without the environment all of it is checked but the secrets', () => {
    const { sources, unset } = readDealsRules(HUBSPOT);
    const [source] = sources;
    expect(unset).toEqual(['HUBSPOT_SECRET', 'HUBSPOT_SECRET_BEFORE', 'HUBSPOT_TOKEN']);
    expect(source).toMatchObject({ name: 'hubspot', account: '9001234' });
    expect(Object.keys(source!)).toEqual(['name', 'crm', 'account', 'since', 'license']);
    expect(() => readDealsRules(HUBSPOT.replace('years', 'yeras'))).toThrow(DealsFileError);
  });

  it('the fields that it names, each once', () => {
    const [source] = readDealsFile(HUBSPOT, ENV, 'reading');
    expect(namedFields(source!.license)).toEqual({
      deal: ['pbx_serial_number', 'license_years', 'po_number'],
      company: ['reseller_email'],
    });
    const rules = shopFile(
      'plan: { deal: plan }\nextensions: { deal: plan }\nyears: { company: years }\npoNumber: 7',
    );
    expect(namedFields(readDealsRules(rules).sources[0]!.license)).toEqual({
      deal: ['plan'],
      company: ['years'],
    });
  });
});

describe('license, or licence as the British write it', () => {
  const british = (text: string) => text.replace('license:', 'licence:');

  it('means the same', () => {
    for (const text of [HUBSPOT, shop({ license: 'poNumber: 7' })]) {
      expect(british(text)).not.toBe(text);
      expect(readDealsFile(british(text), ENV, 'reading')).toEqual(readDealsFile(text, ENV, 'reading'));
      expect(readDealsRules(british(text))).toEqual(readDealsRules(text));
    }
  });

  it('a problem names it as it stands in the file', () => {
    const wrong = shop({ license: 'yeras: 1' });
    expect(problemsOf(wrong)[0]).toMatch(/^line 10, sources\.shop\.license\.yeras: expected one of the keys/);
    expect(problemsOf(british(wrong))[0]).toMatch(
      /^line 10, sources\.shop\.licence\.yeras: expected one of the keys/,
    );
    expect(problemsOf(british(shop({ license: 'years: 2' })))).toEqual([
      'line 10, sources.shop.licence.years: expected each key once; came a key that stands in line 9 already',
    ]);
    expect(problemsOf(shop().replace(/ +license:[^]*/, ''))).toEqual([
      'line 2, sources.shop.license: expected the keys plan and years, and what else is known of the license; came nothing',
    ]);
  });

  it('is refused in both spellings at once', () => {
    expect(problemsOf(`${shop()}    licence: { plan: Ultimate, years: 2 }\n`)).toEqual([
      'line 10, sources.shop.licence: expected either license or licence; came both',
    ]);
  });
});

describe('secrets', () => {
  const NAME = 'the NAME of an environment variable (A-Z, 0-9 and _), not the secret itself';

  it.each(['pat-eu1-0f1e2d3c', 'hunter2', 'lower_case', '1ABC', 'A-B', '{ hunter2: hunter2 }', '12345678'])(
    'the secret itself in the place of its name is refused, and not shown: %s',
    (secret) => {
      const error = refusalOf(shop({ secrets: `[${secret}]` }));
      expect(error.message).toContain(`line 5, sources.shop.secrets.0: expected ${NAME}; came `);
      expect(error.message).not.toContain(secret.replace(/[{} ]|:.*/g, ''));
    },
  );

  it('nor where YAML cannot read it', () => {
    for (const secret of ['"hunter2', '!hunter2 x', '*hunter2', '@hunter2', '|hunter2', 'x: hunter2: x']) {
      expect(refusalOf(shop().replace('[SHOP_SECRET]', secret)).message).not.toContain('hunter2');
    }
  });

  it('a name alone in the place of a list', () => {
    expect(problemsOf(shop({ secrets: 'SHOP_SECRET' }))).toEqual([
      'line 5, sources.shop.secrets: expected a list of names of environment variables; came text that is not shown',
    ]);
    expect(problemsOf(shop({ secrets: '[]' }))).toEqual([
      'line 5, sources.shop.secrets: expected a list of names of environment variables; came an empty list',
    ]);
  });

  it.each([
    [undefined, 'nothing, it is not set'],
    ['', 'empty text'],
    [' \n', 'empty text'],
  ])('a variable that is %j is named with its line', (value, came) => {
    expect(problemsOf(HUBSPOT, { ...ENV, HUBSPOT_TOKEN: value }, 'reading')).toEqual([
      `line 7, sources.hubspot.accessToken: expected a value in the environment variable HUBSPOT_TOKEN; came ${came}`,
    ]);
  });

  it.each([
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_',
    'whsec_MfKQ9r8G',
    `whsec_MfKQ9${'A'.repeat(83)}`,
    'whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'MfKQ9 horse battery staple',
    'whsec_',
  ])('a secret of Standard Webhooks that is none is refused, and not shown: %s', (secret) => {
    const error = refusalOf(shop(), { SHOP_SECRET: secret });
    expect(error.message).toContain(
      'line 5, sources.shop.secrets.0: expected in the environment variable SHOP_SECRET whsec_ and the base64 of 24 to 64 bytes; came something else',
    );
    expect(error.message).not.toContain('MfKQ9');
  });

  it.each([
    ['in two lines', 'hunter2-hunter2-\nhunter2'],
    ['with what nobody can see', 'hunt\u200ber2-hunter2-hunter2'],
    ['with a no-break blank', 'hunter2\u00a0hunter2-hunter2'],
    ['with a tab', 'hunter2\thunter2-hunter2'],
  ])('a secret of any kind %s is refused, and not shown', (_what, secret) => {
    for (const [name, job] of [
      ['HUBSPOT_SECRET', 'receiving'],
      ['HUBSPOT_TOKEN', 'reading'],
    ] as const) {
      const { message } = refusalOf(HUBSPOT, { ...ENV, [name]: secret }, job);
      expect(message).toContain(
        `expected in the environment variable ${name} one line, without characters that nobody can see; came`,
      );
      expect(message).not.toContain('hunt');
    }
  });

  it('what `echo` and editors put around one is none of it', () => {
    const [source] = readDealsFile(shop(), { SHOP_SECRET: `\uFEFF ${SECRET}\r\n` }, 'receiving');
    expect(source!.secrets).toEqual([SECRET]);
  });

  it('those that are set are checked where the others need not be', () => {
    const { unset } = readDealsRules(HUBSPOT, { HUBSPOT_TOKEN: 'hubspot-token', HUBSPOT_SECRET: ' ' });
    expect(unset).toEqual(['HUBSPOT_SECRET', 'HUBSPOT_SECRET_BEFORE']);
    expect(readDealsRules(HUBSPOT, ENV).unset).toEqual([]);
    const tooLong = `whsec_${Buffer.alloc(65).toString('base64')}`;
    expect(() => readDealsRules(shop(), { SHOP_SECRET: tooLong })).toThrow(
      /line 5, sources\.shop\.secrets\.0: expected in the environment variable SHOP_SECRET whsec_ and the base64 of 24 to 64 bytes/,
    );
  });

  const { HUBSPOT_TOKEN, ...WEBHOOK_SECRETS } = ENV;

  it('whoever receives needs those of the webhooks alone, whoever reads those of the API alone', () => {
    const [receiving] = readDealsFile(
      HUBSPOT,
      { ...WEBHOOK_SECRETS, HUBSPOT_TOKEN: 'two\nlines' },
      'receiving',
    );
    expect(receiving).toMatchObject({ secrets: ['secret-of-the-app', 'app-secret-before'] });
    expect(Object.keys(receiving!)).not.toContain('accessToken');
    const [reading] = readDealsFile(HUBSPOT, { HUBSPOT_TOKEN, HUBSPOT_SECRET: 'short' }, 'reading');
    expect(reading).toMatchObject({ accessToken: HUBSPOT_TOKEN });
    expect(Object.keys(reading!)).not.toContain('secrets');
    expect(readDealsFile(shop(), {}, 'reading')).toHaveLength(1);
  });

  it('each is refused its own where it is not set, and what the file itself says is checked whole by both', () => {
    expect(problemsOf(HUBSPOT, { HUBSPOT_TOKEN }, 'receiving')).toEqual(
      ['HUBSPOT_SECRET', 'HUBSPOT_SECRET_BEFORE'].map(
        (name, n) =>
          `line 6, sources.hubspot.secrets.${n}: expected a value in the environment variable ${name}; came nothing, it is not set`,
      ),
    );
    expect(problemsOf(HUBSPOT, WEBHOOK_SECRETS, 'reading')).toEqual([
      'line 7, sources.hubspot.accessToken: expected a value in the environment variable HUBSPOT_TOKEN; came nothing, it is not set',
    ]);
    const wrong = HUBSPOT.replace('HUBSPOT_SECRET,', 'app-secret,').replace('HUBSPOT_TOKEN', 'hubspot-token');
    const salesforce = `sources:
  salesforce:
    crm: salesforce
    account: 00DAA0000001abc2AA
    secrets: [SALESFORCE_SECRET]
    api: https://acme.my.salesforce.com
    clientId: SALESFORCE_ID
    clientSecret: SALESFORCE_KEY
    since: 2026-11-24T00:00:00Z
    license: { plan: Ultimate, extensions: { deal: 'Seats FROM Account' }, years: 2 }`;
    for (const job of ['receiving', 'reading'] as const) {
      expect(refusalOf(wrong, ENV, job).problems.map(({ line }) => line)).toEqual([6, 7]);
      expect(() => readDealsFile(salesforce, ENV, job)).toThrow(/No field names of Salesforce: "Seats FROM/);
    }
  });

  it('an address with a password in it is refused, and not shown', () => {
    const text = HUBSPOT.replace('wonStages:', 'api: https://me:hunter2@api.hubapi.com\n    wonStages:');
    expect(problemsOf(text)).toEqual([
      'line 8, sources.hubspot.api: expected an address such as https://api.example.com, without name and password; came text that is not shown',
    ]);
  });
});

describe('what is wrong is said with line and path, what would be right and what came', () => {
  it.each([
    [
      '',
      /^line 1: expected the key sources, and under it at least one source; or the key approvals; came nothing$/,
    ],
    ['sources:', /^line 1, sources: expected at least one source, by its name; came nothing$/],
    ['sources: {}', /^line 1, sources: expected at least one source, by its name; came no keys$/],
    ['- a', /^line 1: expected the key sources, .*; came a list$/],
    ['sources:\n  Shop: {}', /line 2, sources\.Shop: expected a name out of a-z 0-9 -; came another name/],
    ['sources:\n  shop: x', /line 2, sources\.shop: expected the keys of a source: .*; came "x"/],
    [
      'sources:\n  shop:\n    crm: zoho',
      /line 3, sources\.shop\.crm: expected one of hubspot, pipedrive, salesforce, standard-webhooks; came "zoho"/,
    ],
    [
      'sources:\n  shop:\n    acount: 1',
      /line 2, sources\.shop\.crm: expected one of hubspot, .*; came nothing/,
    ],
    [
      shop({ more: 'sweep: { every: 10m }' }),
      /line 7, sources\.shop\.sweep: expected one of the keys crm, account, secrets, since, wonAgain, license; came a key that is not known here/,
    ],
    [shop({ more: 'api: https://x.example' }), /line 7, sources\.shop\.api: .* not known here/],
    [
      shop({ more: 'wonAgain: yes' }),
      /line 7, sources\.shop\.wonAgain: expected ask, buy or ignore; came "yes"/,
    ],
    [
      shop({ account: 'a b' }),
      /line 4, sources\.shop\.account: expected the id of the account: .*; came "a b"/,
    ],
    [
      shop({ account: '1e3' }),
      /line 4, sources\.shop\.account: expected a number in digits, or text in quotes/,
    ],
    [shop({ account: '0x1F' }), /line 4, sources\.shop\.account: expected a number in digits/],
    [shop({ account: '' }), /line 4, sources\.shop\.account: expected the id of the account.*; came nothing/],
    [
      HUBSPOT.replace('2026-11-24T01:00:00+01:00', '2026-11-24'),
      /line 9, sources\.hubspot\.since: expected a time with its zone, such as 2026-11-24T00:00:00Z; came "2026-11-24"/,
    ],
    [HUBSPOT.replace('24T01:00:00+01:00', '24T01:00:00'), /line 9, sources\.hubspot\.since: expected a time/],
    [HUBSPOT.replace('2026-11-24', '2026-02-30'), /line 9, sources\.hubspot\.since: expected a time/],
    [HUBSPOT.replace(/ +since.*\n/, ''), /line 3, sources\.hubspot\.since: expected a time .*; came nothing/],
    [
      HUBSPOT.replace('wonStages', 'sweep: { every: 10 }\n    wonStages'),
      /line 8, sources\.hubspot\.sweep\.every: expected a duration such as 90s, 5m or 2h; came "10"/,
    ],
    [
      HUBSPOT.replace('wonStages', 'sweep: { every: 999ms }\n    wonStages'),
      /line 8, sources\.hubspot\.sweep\.every: expected a duration of at least 1s; came "999ms"/,
    ],
    [
      HUBSPOT.replace('wonStages', 'sweep: { evry: 10m }\n    wonStages'),
      /line 8, sources\.hubspot\.sweep\.evry: expected one of the keys every, overlap/,
    ],
    [
      HUBSPOT.replace('wonStages', 'api: ftp://x\n    wonStages'),
      /line 8, sources\.hubspot\.api: expected an address/,
    ],
    [
      HUBSPOT.replace('[closedwon, 12345]', '[]'),
      /line 8, sources\.hubspot\.wonStages: expected a list of ids/,
    ],
  ])('%#: what is wrong with a source', (text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });

  it.each([
    [
      'plan: Ultimate\nyears: 1',
      /line 7, sources\.shop\.license\.extensions: expected where the number of extensions/,
    ],
    [
      'plan: Ultimate',
      /line 7, .*\.extensions: expected where.*nothing\n.*\.years: expected a whole number from 1 to 5/,
    ],
    ['years: 1', /line 7, sources\.shop\.license\.plan: expected the name of a plan, or .*; came nothing/],
    ['plan: { skus: {} }\nyears: 1', /line 8, .*license\.plan\.skus: expected SKUs, each with the plan/],
    [
      'plan:\n  skus:\n    YS-ULT:\nyears: 1',
      /line 10, .*license\.plan\.skus\.YS-ULT: expected the name of a plan; came nothing/,
    ],
    [
      'plan: { skus: { A: B }, deal: plan }\nyears: 1',
      /line 8, .*plan: expected exactly one of skus, deal and company/,
    ],
    [
      'plan: { skus: { A: B }, default: X }\nyears: 1',
      /line 8, .*plan: expected neither default nor required beside skus/,
    ],
    [
      'plan: { sku: { A: B } }\nyears: 1',
      /line 8, .*plan\.sku: expected one of the keys skus, deal, company, default, required/,
    ],
    ['plan: [A]\nyears: 1', /line 8, .*plan: expected the name of a plan, or .*; came a list/],
    ['plan: true\nextensions: 1\nyears: 1', /line 8, .*plan: expected the name of a plan, or .*; came true/],
    [
      'plan: A\nextensions: "100,0"\nyears: 1',
      /line 9, .*extensions: expected a whole number above 0.*"100,0"/,
    ],
    [
      'plan: A\nextensions: { deal: x, default: 0 }\nyears: 1',
      /line 9, .*extensions\.default: expected a whole number above 0; came "0"/,
    ],
    ['plan: A\nextensions: 1\nyears: 6', /line 10, .*years: expected a whole number from 1 to 5; came "6"/],
    [
      'plan: A\nextensions: 1\nyears: { deal: y, defualt: 1 }',
      /line 10, .*years\.defualt: expected one of the keys deal, company, default, required/,
    ],
    [
      'plan: A\nextensions: 1\nyears: { deal: y, company: y }',
      /line 10, .*years: expected exactly one of deal and company/,
    ],
    [
      'plan: A\nextensions: 1\nyears: { default: 1 }',
      /line 10, .*years: expected exactly one of deal and company/,
    ],
    [
      'plan: A\nextensions: 1\nyears: { deal: y, default: 1, required: true }',
      /line 10, .*years: expected default or required: true, not both/,
    ],
    [
      'plan: A\nextensions: 1\nyears: { deal: y, required: yes }',
      /line 10, .*years\.required: expected true or false; came "yes"/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\npartner: {}',
      /line 11, .*partner: expected exactly one of partnerId, email, company, to name the user/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\npartner: { email: a, company: b }',
      /line 11, .*partner: expected exactly one of/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\npartner: Ourselves',
      /line 11, .*partner: expected exactly one of .*, or the word ourselves; came "Ourselves"/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\npartner: { email: { company: e, required: false } }',
      /line 11, .*partner: expected a user that is told: .* For yourself: partner: ourselves/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\npartner: { mail: a }',
      /line 11, .*partner\.mail: expected one of the keys partnerId, email, company/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\nbillingContact: { email: { dael: x } }',
      /line 11, .*billingContact\.email\.dael: expected one of the keys deal/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\nservices: Hotel PMS',
      /line 11, .*services: expected a list of names of services, or /,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\nservices:\n  - A\n  - ""',
      /line 13, .*services\.1: expected the name of a service; came empty text/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\nservices: { skus: { R: { service: R, byQuantity: perhaps } } }',
      /line 11, .*services\.skus\.R\.byQuantity: expected true or false; came "perhaps"/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\nserialNumber: { deal: "" }',
      /line 11, .*serialNumber\.deal: expected the name of a field of the deal; came empty text/,
    ],
    [
      'plan: A\nextensions: 1\nyears: 1\nserialnumber: x',
      /line 11, .*serialnumber: expected one of the keys operation, product, serialNumber, /,
    ],
  ])('what is wrong with a license: %j', (lines, message) => {
    expect(problemsOf(shopFile(lines)).join('\n')).toMatch(message);
  });

  it('two sources of one account', () => {
    const text = `${HUBSPOT}${HUBSPOT.replace(/\n?sources:\n/, '')
      .replace('  hubspot:', '  again:')
      .replace('"9001234"', '9001234')}`;
    expect(problemsOf(text)).toEqual([
      'line 20, sources.again.account: expected each account of a CRM once; came the account of hubspot again',
    ]);
  });

  it('two sources of one organisation, whose id Salesforce writes with 15 characters and with 18', () => {
    const source = (name: string, account: string) => `
  ${name}:
    crm: salesforce
    account: ${account}
    secrets: [SALESFORCE_SECRET]
    api: https://acme.my.salesforce.com
    clientId: SALESFORCE_ID
    clientSecret: SALESFORCE_KEY
    since: 2026-11-24T00:00:00Z
    license: { plan: Ultimate, extensions: 5, years: 2 }`;
    const [short, long] = [source('short', '00DAA0000001abc'), source('long', '00DAA0000001abc2AA')];
    const accounts = [short, long].map(
      (text) => readDealsFile(`sources:${text}`, ENV, 'reading')[0]!.account,
    );
    expect(accounts).toEqual(['00DAA0000001abc2AA', '00DAA0000001abc2AA']);
    const changed = ['00DAA0000001abcMAA', '00daa0000001abc2aa', 'acme'].map(
      (id) => problemsOf(`sources:${source('changed', id)}`)[0],
    );
    expect(changed).toEqual([
      expect.stringMatching(
        /sources\.changed\.account: expected the id of the organisation.*the last three fit/,
      ),
      expect.stringContaining('sources.changed.account'),
      expect.stringContaining('sources.changed.account'),
    ]);
    expect(problemsOf(`sources:${short}${long}`)).toEqual([
      'line 13, sources.long.account: expected each account of a CRM once; came the account of short again',
    ]);
  });

  it('everything at once, by line', () => {
    const text = HUBSPOT.replace('"9001234"', 'a/b')
      .replace('HUBSPOT_TOKEN', 'hubspot-token')
      .replace('Ultimate', '')
      .replace('default: 1', 'default: 9');
    const error = refusalOf(text, {});
    expect(error.problems.map(({ line }) => line)).toEqual([5, 6, 6, 7, 13, 15]);
    expect(error.code).toBe('DealsFileInvalid');
    expect(error.message).toMatch(
      /^The file of the won deals cannot be used as it stands:\n {2}line 5, sources/,
    );
  });

  it('of very many, the first twenty', () => {
    const keys = Array.from({ length: 50 }, (_, index) => `x${index}: 1`).join('\n');
    const { message } = refusalOf(`${keys}\n${shop()}`);
    expect(message.split('\n')).toHaveLength(1 + 20 + 1 + 1);
    expect(message).toContain('and 30 more');
  });
});

describe('YAML that means something else than it looks like', () => {
  it.each([
    [
      'a key twice',
      shop({ license: 'years: 2' }),
      /line 10, sources\.shop\.license\.years: expected each key once; came a key that stands in line 9 already/,
    ],
    [
      'the same key as text and as a number',
      shopFile('plan: { skus: { 7: A, "7": B } }\nyears: 1'),
      /line 8, .*skus\.7: expected each key once/,
    ],
    [
      'a key that differs in spaces',
      shopFile('plan: { skus: { A: A, " A ": B } }\nyears: 1'),
      /skus\.A: expected each key once/,
    ],
    [
      'a custom tag',
      shop({ account: '!env SHOP' }),
      /line 4: expected YAML; came something else \(Unresolved tag\)/,
    ],
    ['binary data', shop({ account: '!!binary aGk=' }), /line 4: expected YAML/],
    ['two documents', `${shop()}---\n${shop()}`, /line 10: expected YAML.*multiple documents/],
    [
      'an alias of nothing',
      shop({ account: '*nothing' }),
      /line 4, sources\.shop\.account: expected a part marked with &/,
    ],
    [
      'a part in itself',
      'sources: &a\n  x: *a',
      /expected a part marked with & further up, and at most 100 such uses/,
    ],
    ['a list as a key', 'sources:\n  ? [a]\n  : b', /line 1, sources: expected text as a key/],
    [
      'a key that is no key to JavaScript',
      'sources:\n  __proto__: { crm: hubspot }',
      /expected text as a key/,
    ],
    [
      'a merge key',
      shop({ license: '<<: { poNumber: 1 }' }),
      /line 10, .*license\.<<: expected one of the keys/,
    ],
    ['a tab', 'sources:\n\tshop: x', /line 2: expected YAML.*Tabs are not allowed/],
    ['an open bracket', shop({ account: '[' }), /expected YAML/],
    ['thousands of brackets', '['.repeat(5_000), /at most 64 levels of lists and keys/],
  ])('%s is refused', (_, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });

  it('a file that multiplies itself is refused at once', () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(10).fill(`*l${n}`).join(', ')}]`,
    );
    const began = Date.now();
    expect(problemsOf(`l0: &l0 x\n${levels.join('\n')}`).join('\n')).toMatch(/at most 100 such uses/);
    expect(Date.now() - began).toBeLessThan(20_000);
  });
});

describe('marks and what nobody can see', () => {
  it('a byte order mark before the file is no part of it', () => {
    const plain = readDealsFile(shop(), ENV, 'receiving');
    expect(readDealsFile(`\uFEFF${shop()}`, ENV, 'receiving')).toEqual(plain);
  });

  it.each(['\u200b', '\u00ad', '\u200e', '\ufe0f'])('hides no key and no value: %j', (mark) => {
    const text = shop({ license: `poNumber: { deal: po${mark}_number }` })
      .replace('YS-ULT: Ultimate', `YS${mark}-ULT: Ulti${mark}mate`)
      .replace('crm: standard-webhooks', `crm${mark}: standard-${mark}webhooks`)
      .replace('account: shop', `account: ${mark}shop`)
      .replace('[SHOP_SECRET]', `[SHOP_${mark}SECRET]`);
    const plain = shop({ license: 'poNumber: { deal: po_number }' });
    expect(readDealsFile(text, ENV, 'receiving')).toEqual(readDealsFile(plain, ENV, 'receiving'));
  });

  it('nor a key that stands twice', () => {
    expect(problemsOf(shop({ more: 'acc\u200bount: other' }))).toEqual([
      'line 7, sources.shop.account: expected each key once; came a key that stands in line 4 already',
    ]);
  });

  it.each([
    '2026-11-24 00:00:00Z',
    '2026-11-24T01:00:00+0100',
    '2026-11-24t00:00:00z',
    '2026-11-24T01:00+01',
  ])('since may be written as %s', (since) => {
    const [source] = readDealsFile(shop().replace('2026-11-24T00:00:00Z', since), ENV, 'receiving');
    expect(source!.since).toEqual(new Date('2026-11-24T00:00:00Z'));
  });
});
