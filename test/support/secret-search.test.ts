import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSecrets } from './secret-search';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wonce-search-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SECRET = 'a "quoted" secret/of+a=shop?';
const secrets = new Map([[SECRET, 'SHOP_SECRET']]);

/** What is found when this stands in a file. */
function foundIn(content: string | Buffer): string[] {
  writeFileSync(join(folder, 'log'), content);
  return findSecrets(folder, secrets).map(({ secret }) => secret);
}

const basic = (user: string) => Buffer.from(`${user}:${SECRET}`).toString('base64');
const bytes = Buffer.from(SECRET);

it.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify({ password: SECRET })],
  ['in an address', `http://127.0.0.1/?key=${encodeURIComponent(SECRET)}&more`],
  ['in hexadecimal, as Postgres shows bytes', `(1,"\\\\x00${bytes.toString('hex')}ff")`],
  ['in the header of basic authentication', `Basic ${basic('wonce')}`],
  ['after a name that is one longer', `Basic ${basic('wonces')}`],
  ['after a name that is two longer', `Basic ${basic('wonce-2')}`],
  ['in the base64 of addresses', Buffer.from(`>>${SECRET}`).toString('base64url')],
])('a secret is found %s', (_, text) => {
  expect(foundIn(`before ${text} after`)).toContain('SHOP_SECRET');
});

it('a secret is found between bytes that are no text, in a folder below, and shown with what stands around it', () => {
  mkdirSync(join(folder, 'below'));
  const row = Buffer.concat([
    Buffer.from([0, 1, 255]),
    Buffer.from(`token=${SECRET};`),
    Buffer.from([0, 10]),
  ]);
  writeFileSync(join(folder, 'below', 'temporal.db'), row);
  expect(findSecrets(folder, secrets)).toEqual([
    {
      secret: 'SHOP_SECRET',
      file: join(folder, 'below', 'temporal.db'),
      context: expect.stringContaining(`token=${SECRET};`) as string,
    },
  ]);
});

it.each([
  ['the fake portal', `eyJ${'a-_Z'.repeat(8)}.${'B0'.repeat(16)}`],
  ['a session of the page', `eyJ${'b'.repeat(60)}.${'c+/'.repeat(14)}`],
  ['the fake Salesforce', `00DAA0000001abc!${'x-_9'.repeat(8)}`],
])('a token of %s is found though nobody noted it', (_, token) => {
  expect(foundIn(`Authorization: Bearer ${token}`)).toEqual(['a token that was issued']);
});

it('what only resembles a secret is none', () => {
  const other = [
    SECRET.slice(0, -2),
    'eyJhbGciOiJIUzI1NiJ9',
    '00DAA0000001abcEAA',
    bytes.toString('hex').slice(4),
  ];
  expect(foundIn(other.join('\n'))).toEqual([]);
});

it('any secret is found in the base64 of any text that it stands in', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(fc.string({ minLength: 12, maxLength: 40 }), text, text, (secret, before, after) => {
      writeFileSync(join(folder, 'log'), Buffer.from(before + secret + after).toString('base64'));
      expect(findSecrets(folder, new Map([[secret, 'SECRET']]))).not.toEqual([]);
    }),
    { numRuns: 60 },
  );
});
