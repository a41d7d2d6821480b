import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { testFolder, wonce, wonceWith } from '../support/npm-start';
import { cleanEnvironment, ROOT } from '../support/processes';
import { tutorialRequest } from '../support/requests';

/** Refused for its years alone, before anything is asked for: so it was read, and no Temporal is needed. */
const request = JSON.stringify({ ...tutorialRequest('input-1'), years: 6 });
const REFUSED =
  /^InvalidRequest: .*stands\.\n {2}years: expected a whole number from 1 to 5; came the number 6\n$/;

const encodings: [string, Buffer][] = [
  ['UTF-8', Buffer.from(request)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${request}`)],
  ['UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${request}`, 'utf16le')],
  ['UTF-16, the other way round', Buffer.from(`\uFEFF${request}`, 'utf16le').swap16()],
];

function fileWith(bytes: Buffer, name = 'input.json'): string {
  const file = join(testFolder(), name);
  writeFileSync(file, bytes);
  return file;
}

async function buyFromStandardInput(bytes: Buffer): Promise<string> {
  const options = { cwd: testFolder(), env: cleanEnvironment() };
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'wonce.js'), 'buy', '-'], options);
  child.stdin.end(bytes);
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return said;
}

it.each(encodings)('wonce buy reads a request in %s', async (_encoding, bytes) => {
  expect((await wonce('buy', fileWith(bytes))).stderr).toMatch(REFUSED);
  expect(await buyFromStandardInput(bytes)).toMatch(REFUSED);
});

it('what is no text is refused in words', async () => {
  const latin1 = Buffer.from('{"company":"Größe"}', 'latin1');
  const words =
    /^WrongUse: Cannot read ".*": expected text in UTF-8, or in UTF-16 with a byte order mark\.\n\(see wonce buy --help\)\n$/;
  expect(await wonce('buy', fileWith(latin1))).toMatchObject({
    ...{ code: 2, stderr: expect.stringMatching(words) as string },
  });
  expect(await buyFromStandardInput(latin1)).toMatch(words);
});

it('a key that stands twice is refused by its name', async () => {
  const twice = request.replace('"years":6', '"years":2,"years":2');
  expect((await wonce('buy', fileWith(Buffer.from(twice)))).stderr).toMatch(
    /^InvalidRequest: The request has the key "years" twice in one object\./,
  );
});

describe('wonce deals check', () => {
  const rules = `sources:
  shop:
    crm: standard-webhooks
    account: shop
    secrets: [SHOP_SECRET]
    since: 2026-11-24T00:00:00Z
    licence: { partner: ourselves, plan: Ultimate, extensions: 10, years: 1 }
`;
  const deal = JSON.stringify({ dealId: '7', isWon: true });

  it.each(['utf8', 'utf16le'] as const)('reads files with a byte order mark: %s', async (encoding) => {
    const marked = (content: string, name: string) =>
      fileWith(Buffer.from(`\uFEFF${content}`, encoding), name);
    const checked = await wonce(
      'deals',
      'check',
      marked(rules, 'deals.yaml'),
      '--deal',
      marked(deal, 'deal.json'),
    );
    expect(checked.stdout).toMatch(/^standard-webhooks:shop:7 would become the request/);
  });

  it('checks the secrets that are set, and names the others', async () => {
    const file = fileWith(Buffer.from(rules), 'deals.yaml');
    expect((await wonce('deals', 'check', file)).stdout).toMatch(
      /^The file is right\. Secrets that are not set here, and were not checked: SHOP_SECRET\.\n/,
    );
    const right = await wonceWith(
      { SHOP_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
      'deals',
      'check',
      file,
    );
    expect(right.stdout).toMatch(/^The file is right, and so is the form of its secrets\.\n/);
    for (const more of [[], ['--deal', fileWith(Buffer.from(deal), 'deal.json')]]) {
      const tooLong = { SHOP_SECRET: `whsec_${Buffer.alloc(65).toString('base64')}` };
      const wrong = await wonceWith(tooLong, 'deals', 'check', file, ...more);
      expect(wrong.code).toBe(1);
      expect(wrong.stderr).toMatch(/secrets\.0: expected in the environment variable SHOP_SECRET whsec_ and/);
    }
  });
});
