import { mkdir } from 'node:fs/promises';
import { connectClient } from '../client/connect';
import { EXIT } from '../client/exit-codes';
import { dataDir, environmentWith } from '../client/stack-file';
import type { WonceClient } from '../client/wonce-client';
import type { PurchaseRequest } from '../orders/request';
import type { PurchaseState } from '../orders/status';
import { colours } from './colours';
import { narrator, say, sayTrouble } from './console';
import { requestFrom, tutorialPurchase } from './demonstration';
import { lockFolder } from './folder-lock';
import { stopLeftOvers } from './left-overs';
import { readOptions, type StartOptions } from './options';
import { otherWays } from './other-ways';
import { buyAndShow } from './purchase-show';
import { bringUp, forget } from './stack';
import { Supervisor } from './supervisor';
import { untilInterrupted } from './until-interrupted';

/**
 * `npm start`: the whole of Wonce on this machine, until it is told to end. With --once it ends with 0 when the licence
 * is ordered, and with 1 otherwise, whatever the reason.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv);
  if (options.once) process.exitCode = EXIT.failed;
  // Read before anything starts: a request that cannot be bought is said at once.
  const request = await wanted(options);
  const folder = dataDir(process.env);
  await mkdir(folder, { recursive: true });
  const lock = await lockFolder(folder);
  const supervisor = new Supervisor(folder, sayTrouble);
  const interrupted = untilInterrupted();
  try {
    await stopLeftOvers(folder, sayTrouble);
    const work = serve(options, request, folder, supervisor);
    await Promise.race([work, interrupted]);
    // What goes on in vain while everything stops is no news.
    work.catch(() => undefined);
  } finally {
    say('Stopping; an order in flight is finished first.');
    await supervisor.stopAll();
    await forget(folder);
    await lock.release();
  }
}

async function serve(
  options: StartOptions,
  request: PurchaseRequest | undefined,
  folder: string,
  supervisor: Supervisor,
): Promise<void> {
  say(colours.bold('Starting Wonce'));
  const stack = await bringUp(process.env, folder, supervisor, narrator);
  const client = await connectClient(environmentWith(stack, process.env));
  try {
    const unfinished = await sayUnfinished(client);
    if (request !== undefined) {
      const status = await buyAndShow(client, stack, request);
      if (status.status === 'ordered') process.exitCode = EXIT.done;
    } else {
      say(`Nothing is bought unasked from ${stack.portalUrl}: npx wonce buy request.json`);
    }
    if (options.once) {
      await Promise.all(unfinished.map((requestId) => client.wait(requestId, { timeoutMs: 120_000 })));
      return;
    }
  } finally {
    await client.close();
  }
  say();
  otherWays(stack).forEach(say);
  say(`Up until Ctrl-C.${stack.ownServer === undefined ? '' : ` Temporal UI: ${stack.ownServer.uiUrl}`}`);
  await new Promise(() => undefined);
}

/** The tutorial's purchase is made at the stand-in only: anywhere else it would spend somebody's money unasked. */
async function wanted(options: StartOptions): Promise<PurchaseRequest | undefined> {
  if (options.requestFile !== undefined) return requestFrom(options.requestFile);
  if (process.env.PORTAL_URL === undefined) return tutorialPurchase(new Date());
  if (!options.once) return undefined;
  throw new Error(
    'PORTAL_URL names a portal, and --once has nothing to buy there: add --request request.json.',
  );
}

/** Statuses that change without a person. */
const GOES_ON: ReadonlySet<PurchaseState> = new Set(['looking-up', 'ordering', 'settling']);

async function sayUnfinished(client: WonceClient): Promise<string[]> {
  const { purchases } = await client.list({ limit: 100 });
  const unfinished = purchases.filter(({ status }) => GOES_ON.has(status));
  if (unfinished.length > 0) {
    say(
      `Going on with ${unfinished.map(({ requestId }) => requestId).join(', ')}, unfinished by an earlier start.`,
    );
  }
  return unfinished.map(({ requestId }) => requestId);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    const { code, name, message } = error as Error & { code?: string };
    process.stderr.write(`${code ?? name}: ${message}\n`);
    process.exit(EXIT.failed);
  },
);
