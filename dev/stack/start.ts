import { wonceAsTyped } from './typed';
import { EXIT } from '../../cli/in-words';
import { withSecretsOfFiles } from '../../config/secret-files';
import { dataDir, environmentWith, type Stack } from '../../cli/running-stack';
import type { WonceClient } from '../../client/wonce-client';
import { errorInWords, printable } from '../../domain/printable';
import type { PurchaseRequest } from '../../domain/request';
import type { PurchaseState, PurchaseStatus } from '../../domain/status';
import { colours } from './colours';
import { narrator, say } from './console';
import type { StartOptions } from '../../cli/start-command';
import { otherWays } from './other-ways';
import { inDataFolder } from './session';
import { bringUp } from './stack';
import { runsFakeCrms } from './fake-deals-file';
import type { Supervisor } from './supervisor';

/**
 * The whole of Wonce on this machine, until it is told to end; then the process ends. With --once it ends with 0 when the
 * license is ordered, and with 1 otherwise, whatever the reason.
 */
export async function start(options: StartOptions): Promise<void> {
  try {
    await run(options);
    process.exit();
  } catch (error) {
    process.stderr.write(`${errorInWords(error)}\n`);
    process.exit(EXIT.failed);
  }
}

async function run(options: StartOptions): Promise<void> {
  if (options.once) process.exitCode = EXIT.failed;
  // Read before anything starts: a request that cannot be bought is said at once.
  const request = await wanted(options);
  const folder = dataDir(process.env);
  await inDataFolder(folder, (supervisor) => serve(options, request, folder, supervisor));
}

async function serve(
  options: StartOptions,
  request: PurchaseRequest | undefined,
  folder: string,
  supervisor: Supervisor,
): Promise<void> {
  say(colours.bold('Starting Wonce'));
  const stack = await bringUp(withSecretsOfFiles(process.env), folder, supervisor, narrator);
  // Loaded where it is wanted, as all that is heavy here: the parts come up meanwhile.
  const { connectClient } = await import('../../client/connect.js');
  const client = await connectClient(environmentWith(stack, process.env));
  try {
    const unfinished = await sayUnfinished(client);
    const status = await demonstrate(client, stack, request);
    if (status === undefined) {
      say(boughtUnasked(stack.portalUrl, process.env.WONCE_DEALS_FILE));
    } else if (status.status === 'ordered') process.exitCode = EXIT.done;
    if (options.once) {
      await Promise.all(unfinished.map((requestId) => client.wait(requestId, { timeoutMs: 120_000 })));
      return;
    }
  } finally {
    await client.close();
  }
  say();
  otherWays(stack).forEach(say);
  if (process.env.PORTAL_URL !== undefined) say(whoElseCanBuy(stack));
  const uiUrl = stack.ownServer?.uiUrl;
  say(`Up until Ctrl-C.${uiUrl === undefined ? '' : ` Temporal UI: ${uiUrl}`}`);
  await new Promise(() => undefined);
}

/** What was asked for; without that a won deal, at the fakes only: anywhere else it would spend somebody's money unasked. */
async function demonstrate(
  client: WonceClient,
  stack: Stack,
  request: PurchaseRequest | undefined,
): Promise<PurchaseStatus | undefined> {
  const { buyAndShow, winAndShow } = await import('./purchase-show.js');
  if (request !== undefined) return buyAndShow(client, stack, request);
  const { crmUrl } = stack;
  return crmUrl === undefined ? undefined : winAndShow(client, { ...stack, crmUrl });
}

function boughtUnasked(portalUrl: string, dealsFile: string | undefined): string {
  const wonce = wonceAsTyped(process.env);
  return dealsFile === undefined
    ? `Nothing is bought unasked from ${portalUrl}. A request is bought with: ${wonce} buy FILE`
    : `The won deals of ${dealsFile} are bought from ${portalUrl}: ${wonce} deals list`;
}

function whoElseCanBuy({ temporalAddress, ownServer }: Stack): string {
  const reached = `Whoever reaches Temporal (${temporalAddress}) can buy`;
  return ownServer === undefined
    ? `${reached}: SECURITY.md says who must not.`
    : `${reached}: every user of this machine does. SECURITY.md says what to do about it.`;
}

async function wanted({ requestFile, once }: StartOptions): Promise<PurchaseRequest | undefined> {
  if (requestFile !== undefined) return (await import('./request-file.js')).requestFrom(requestFile);
  if (!once || runsFakeCrms(process.env)) return undefined;
  throw new Error(
    `${process.env.PORTAL_URL === undefined ? 'WONCE_DEALS_FILE names CRMs' : 'PORTAL_URL names a portal'}, and --once has nothing to buy there: add --request request.json.`,
  );
}

/** Statuses that change without a person. */
const GOES_ON: ReadonlySet<PurchaseState> = new Set(['looking-up', 'ordering', 'settling']);

async function sayUnfinished(client: WonceClient): Promise<string[]> {
  const { purchases } = await client.list({ limit: 100 });
  const unfinished = purchases.filter(({ status }) => GOES_ON.has(status));
  if (unfinished.length > 0) {
    say(
      `Going on with ${unfinished.map(({ requestId }) => printable(requestId)).join(', ')}, unfinished by an earlier start.`,
    );
  }
  return unfinished.map(({ requestId }) => requestId);
}
