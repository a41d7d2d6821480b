import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../dev/stack/free-port';
import { cleanEnvironment, ROOT, RunningProcess } from '../support/processes';
import { closeUnharmed, pageRequest, PageStack, TWO_PARTNERS } from '../support/page-stack';

let all: PageStack;
let provider: RunningProcess;
let settings: Record<string, string>;

beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const file = join(ROOT, 'test', 'support', 'openid-provider.mjs');
  const args = [file, `${publicUrl}/sign-in/callback`];
  provider = new RunningProcess(
    spawn(process.execPath, args, { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  const [, issuer] = await provider.saw(/provider listening on (\S+)/);
  settings = {
    WONCE_PORT: String(port),
    WONCE_PUBLIC_URL: publicUrl,
    WONCE_PEOPLE: '',
    WONCE_OIDC_ISSUER: issuer!,
    WONCE_OIDC_CLIENT_ID: 'wonce',
    WONCE_OIDC_CLIENT_SECRET: 'a-secret-of-the-client',
    WONCE_OIDC_ALLOWED: 'carol@reseller.example,@trusted.example',
  };
  all = await PageStack.start(settings);
});
afterAll(async () => {
  await all.stop();
  await provider.kill();
});

/** Somebody signs in at the provider. */
async function signInAs(address: string, path = '/') {
  const window = await all.browser.open(all.url);
  const { page } = window;
  await page.goto(path);
  await page.getByRole('link', { name: /Sign in with 127\.0\.0\.1/ }).click();
  await page.locator('input[name="login"]').fill(address);
  await page.locator('input[name="password"]').fill('any');
  await page.locator('button[type="submit"]').click();
  await page.locator('button[type="submit"]', { hasText: 'Continue' }).click();
  return window;
}

it('whom the provider vouches for, and the house allows, decides by their e-mail address', async () => {
  const wanted = await all.waiting(pageRequest(TWO_PARTNERS));
  const window = await signInAs('Carol@reseller.example', `/orders/${wanted.requestId}`);
  const { page } = window;
  await page.getByRole('heading', { name: 'Which one is meant?' }).waitFor();
  await page.getByRole('link', { name: /Blue Lagoon Ltd, o/ }).click();
  await page.getByRole('button', { name: /go on to the order/ }).click();
  await page.locator('.title .mark.done').waitFor();
  const decision = (await all.stack.ledger.events(wanted.requestId)).find(({ kind }) => kind === 'decision');
  expect(decision).toMatchObject({
    actor: 'carol@reseller.example',
    data: { via: expect.stringMatching(/^page, OpenID Connect of 127\.0\.0\.1/) as string },
  });
  await page.getByText('carol@reseller.example').first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: /Sign in with/ }).waitFor();
  await page.goto('/');
  await page.getByRole('link', { name: /Sign in with/ }).waitFor();
  await closeUnharmed(window);
});

it('all of a domain may enter where the house says so', async () => {
  const window = await signInAs('dan@trusted.example');
  await window.page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
  await window.close();
});

it.each([
  ['a stranger', 'eve@elsewhere.example'],
  ['of a domain that only ends like one that may', 'eve@untrusted.example'],
  ['whose address the provider does not vouch for', 'unverified@trusted.example'],
])('%s is told that they may not enter, and does not', async (_who, address) => {
  const window = await signInAs(address);
  const { page } = window;
  expect(await page.getByRole('alert').textContent()).toMatch(/not among those who may decide here/);
  await page.goto('/orders');
  await page.getByRole('link', { name: /Sign in with/ }).waitFor();
  await window.close();
});

it('an answer that belongs to no sign-in of this browser is refused', async () => {
  const window = await all.browser.open(all.url);
  const { page } = window;
  await page.goto('/sign-in/callback?code=stolen&state=x');
  expect(await page.getByRole('alert').textContent()).toMatch(/Begin it again/);
  await page.goto('/sign-in/openid');
  await page.goto('/sign-in/callback?code=stolen&state=x');
  expect(await page.getByRole('alert').textContent()).toMatch(/has not signed you in/);
  await window.close();
});

it('whoever the house does not allow any more is out with the next start of the server, the others stay', async () => {
  const [carol, dan] = [await signInAs('carol@reseller.example'), await signInAs('dan@trusted.example')];
  await all.server.stop();
  await all.startServer({ ...settings, WONCE_OIDC_ALLOWED: '@trusted.example' });
  await carol.page.goto('/orders');
  await carol.page.getByRole('link', { name: /Sign in with/ }).waitFor();
  await dan.page.goto('/orders');
  await dan.page.getByText('dan@trusted.example').first().waitFor();
  await Promise.all([carol.close(), dan.close()]);
});
