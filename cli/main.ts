import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { DecisionContent } from '../domain/decision';
import { present } from '../domain/optional';
import { Refusal, requestConflict } from '../domain/refusal';
import { problemInWords, type RequestProblem } from '../domain/request-problem';
import { addAuditCommand } from './audit-command';
import { addBooksCommand } from './books-command';
import { addCompletionCommand } from './completion';
import { ClientError } from '../client/client-error';
import { loginName } from '../config/login-name';
import { errorInWords, jsonText, printable } from '../domain/printable';
import {
  count,
  print,
  progress,
  SESSION,
  whose,
  withClient,
  withLedger,
  type Deciding,
  type Output,
  readRequest,
} from './command-line';
import { addDealsCommands, showDeal } from './deals-command';
import { isDealKey } from '../domain/deal-ids';
import { dealIn, idIn } from './typed-ids';
import { exitCodeOf, EXIT, statusInWords, statusLine } from './in-words';
import type { StatusReport } from '../client/wait';
import { purchasesInWords } from './purchases-in-words';
import { addDoctorCommand, type Examine } from './doctor-command';
import { addEraseCommand } from './erase-command';
import { addLedgerCommand } from './ledger-command';
import { addQuoteCommand } from './quote-command';
import { addRecoverCommand } from './recover-command';
import { addReplayCommand, type Replay } from './replay-command';
import { addRenewalsCommand } from './renewals-command';
import { addSetupCommand } from './setup-command';
import { addStartCommand, type Start } from './start-command';
import { addTablesCommand } from './tables-command';
import type { LedgerClient } from '../client/ledger-client';
import type { WonceClient } from '../client/wonce-client';
import { plainText, unprintableIn } from '../domain/visible-text';
import { PURCHASE_STATES, type PurchaseState, type PurchaseStatus } from '../domain/status';
import { VERSION } from '../config/version';

/**
 * The `wonce` command. Results on standard output (`--json` everywhere), progress on standard error; exit 0 done,
 * 1 refused or failed, 2 wrong use, 3 waiting for a person.
 *
 * @param runWorker runs the worker in this process; given by bin/wonce.js, which knows all rooms
 * @param runServer runs the HTTP server in this process; likewise
 * @param runCodecServer runs the codec server in this process; likewise
 * @param examine looks at what Wonce stands on; likewise
 * @param replay replays histories with the workflow code of this build; likewise
 * @param start brings up the whole of Wonce on this machine; likewise
 */
export function run(
  argv: string[],
  runWorker: () => Promise<void>,
  runServer: () => Promise<void>,
  runCodecServer: () => Promise<void>,
  examine: Examine,
  replay: Replay,
  start: Start,
): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', unlessNobodyReads);
  const program = createProgram(runWorker, runServer, runCodecServer, examine, replay, start);
  let running = program;
  program.hook('preAction', (_program, command) => {
    running = command;
    readIdsAsSeen(command);
  });
  program.parseAsync(argv).catch((error: unknown) => {
    process.exitCode = report(error, running);
  });
}

/** Wrong use names the help of the command that was used wrongly. */
function nameOwnHelp(command: Command): void {
  command.showHelpAfterError(helpOf(command));
  command.commands.forEach(nameOwnHelp);
}

function helpOf(command: Command): string {
  const names = [];
  for (let one: Command | null = command; one !== null; one = one.parent) names.unshift(one.name());
  return `(see ${names.join(' ')} --help)`;
}

function createProgram(
  runWorker: () => Promise<void>,
  runServer: () => Promise<void>,
  runCodecServer: () => Promise<void>,
  examine: Examine,
  replay: Replay,
  start: Start,
): Command {
  const program = new Command('wonce')
    .description('A won deal becomes one license order, once.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(wrongUseInWords(text)) })
    .addHelpText(
      'after',
      '\nIn the folder of a running `wonce start` or `npm start` the command finds its Temporal and ledger by itself; elsewhere set ' +
        'TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and DATABASE_URL.\nExit: 0 done, 1 refused or failed, 2 wrong use, 3 waiting for a person.',
    );
  const command = (usage: string, description: string) =>
    program.command(usage).description(description).option('--json', 'the result as JSON on standard output');

  command(
    'buy <file>',
    'buy the license of a request (a JSON file, or - for standard input), and wait for the order',
  )
    .option('--no-wait', 'return as soon as the purchase is accepted')
    .action((file: string, options: { json?: boolean; wait: boolean }) => buy(file, options));
  addQuoteCommand(command);
  command('status <id>', 'where a purchase stands, or a deal').action((id: string, options: Output) =>
    isDealKey(id)
      ? withClient(async (client) => showDeal(await client.deals.show(id), options))
      : status(id, options),
  );
  command('wait <id>', 'wait until a purchase is ordered, refused, cancelled or needs a person')
    .option('--timeout <seconds>', 'give up waiting after this long', seconds)
    .action((id: string, options: Output & { timeout?: number }) =>
      withClient(async (client) => showStatus(client, await waitFor(client, id, options.timeout), options)),
    );
  command('list', 'purchases in the ledger, newest first')
    .addOption(new Option('--status <status>', 'only those in this status').choices(PURCHASE_STATES))
    .option('--limit <n>', 'at most this many', count, 20)
    .option('--after <cursor>', 'the page after this one')
    .option('--wide', 'everything whole, however wide it is')
    .action(list);
  addDecisions(command);
  addAuditCommand(command);
  addEraseCommand(command);
  addRecoverCommand(command);
  addDealsCommands(program);
  addRenewalsCommand(program);
  addBooksCommand(program);
  addDoctorCommand(program, examine);
  addTablesCommand(program);
  addSetupCommand(program);
  addLedgerCommand(program);
  addReplayCommand(command, replay);
  addStartCommand(program, start);
  program.command('worker').description('run the worker in this process').action(runWorker);
  program.command('server').description('run the HTTP server in this process').action(runServer);
  program
    .command('codec-server')
    .description('run the codec server in this process: it decrypts payloads for the Temporal UI and command')
    .action(runCodecServer);
  addCompletionCommand(program);
  nameOwnHelp(program);
  return program;
}

type AddCommand = (usage: string, description: string) => Command;

/** What a person decides; `--by` and `--why` are kept in the ledger for good. */
function addDecisions(command: AddCommand): void {
  const decision = (usage: string, description: string) =>
    command(usage, description)
      .option('--by <name>', 'who decides', loginName())
      .option('--why <reason>', 'why');
  decision('choose <id> <candidate>', 'choose among the candidates that a lookup found').action(
    (id: string, candidate: string, options: Deciding) =>
      decide(id, { verb: 'choose', id: candidate }, options),
  );
  const about = [
    '--about <question>',
    'the question as you saw it; refused when it has changed since',
  ] as const;
  const answer = (verb: 'approve' | 'reject', description: string) =>
    decision(`${verb} <id>`, description)
      .option(...about)
      .action((id: string, options: Deciding & { about?: string }) =>
        decide(id, { verb }, options, options.about),
      );
  answer('approve', 'approve an order that waits for that; whoever asked for it cannot');
  answer('reject', 'reject an order that waits for approval; this ends the purchase');
  decision('settle <id>', 'say what became of an order whose outcome is not known')
    .option('--created <order number>', 'the vendor has it under this number; checked against the vendor')
    .addOption(
      new Option('--not-created <what then>', 'the vendor has no such order').choices([
        'order-again',
        'stop',
      ]),
    )
    .option(...about)
    .action((id: string, options: Deciding & Settling) =>
      decide(id, settlement(options), options, options.about),
    );
  decision('cancel <id>', 'cancel a purchase; counts before the order is begun').action(
    (id: string, options: Deciding) => cancel(id, options),
  );
}

interface Settling {
  created?: string;
  notCreated?: 'order-again' | 'stop';
  about?: string;
}

function settlement({ created, notCreated }: Settling): DecisionContent {
  if (created !== undefined && notCreated === undefined) return { verb: 'settle', created };
  if (notCreated !== undefined && created === undefined) return { verb: 'settle', notCreated };
  throw new ClientError(
    'WrongUse',
    'Say one of: --created <order number>, --not-created order-again, --not-created stop.',
  );
}

async function decide(id: string, what: DecisionContent, options: Deciding, about?: string): Promise<void> {
  await withClient(async (client) => {
    await client.decide(id, { ...what, ...whose(options), ...present({ about }) });
    progress('Decided.');
    await showStatus(client, await client.wait(id, { onChange: showProgress }), options);
  });
}

async function buy(file: string, options: Output & { wait: boolean }): Promise<void> {
  const request = await readRequest(file);
  await withClient(async (client) => {
    const result = await client.start(request, SESSION);
    if (result.kind === 'conflict') throw requestConflict(result.requestId, result.differences);
    progress(
      result.kind === 'started' ? `Accepted ${request.requestId}.` : `${request.requestId} is known already.`,
    );
    if (!options.wait)
      return showStatus(client, { status: result.status, remarks: [], goesOn: true }, options);
    await showStatus(client, await waitFor(client, request.requestId, undefined), options);
  });
}

/** Exit 0 when the purchase is cancelled, by this or by an earlier word; 1 when it came too late. */
async function cancel(id: string, options: Deciding): Promise<void> {
  await withClient(async (client) => {
    const report = await cancelled(client, id, options);
    if (report.status.cancellationRequested) progress(TOO_LATE);
    await showStatus(client, report, options);
    process.exitCode = report.status.status === 'cancelled' ? EXIT.done : EXIT.failed;
  });
}

const TOO_LATE = 'Not cancelled: it came too late. The order had begun, and is finished.';

async function cancelled(client: WonceClient, id: string, options: Deciding): Promise<StatusReport> {
  try {
    await client.decide(id, { verb: 'cancel', ...whose(options) });
  } catch (error) {
    if (!(error instanceof ClientError && error.code === 'NothingWaits')) throw error;
    const report = await client.status(id);
    if (report.status.status !== 'cancelled') throw error;
    progress('It is cancelled already.');
    return report;
  }
  progress('Cancellation asked for.');
  // An order that has begun is finished, and may be watched for weeks.
  const cameTooLate = (status: PurchaseStatus) => status.cancellationRequested === true;
  return client.wait(id, { onChange: showProgress, until: cameTooLate });
}

/** The ledger has all of a purchase that has ended; of any other one its run is asked as well. */
async function status(id: string, options: Output): Promise<void> {
  await withLedger(async (ledger, opened) => {
    const ended = await ledger.ended(id);
    if (ended !== undefined) return showStatus(ledger, ended, options);
    await withClient(async (client) => showStatus(client, await client.status(id), options), opened);
  });
}

interface Listing extends Output {
  status?: PurchaseState;
  limit: number;
  after?: string;
  wide?: boolean;
}

async function list({ json, ...asked }: Listing): Promise<void> {
  const { status, limit, after } = asked;
  await withLedger(async (client) => {
    const page = await client.list({ limit, ...present({ status, after }) });
    print(json ? jsonText(page, 2) : purchasesInWords(page, asked));
  });
}

function waitFor(client: WonceClient, id: string, timeoutSeconds: number | undefined): Promise<StatusReport> {
  return client.wait(id, {
    onChange: showProgress,
    ...(timeoutSeconds !== undefined && { timeoutMs: timeoutSeconds * 1000 }),
  });
}

function showProgress({ status, remarks }: StatusReport): void {
  [statusLine(status), ...remarks].forEach(progress);
}

async function showStatus(client: LedgerClient, report: StatusReport, options: Output): Promise<void> {
  const { status, remarks, goesOn } = report;
  remarks.forEach(progress);
  print(options.json ? jsonText(status, 2) : statusInWords(report, await client.circumstances(report)));
  const code = exitCodeOf(status);
  // Under way, and no run goes on with it: somebody ended the run from outside.
  const isUnderWay = code === EXIT.done && status.status !== 'ordered' && status.status !== 'quoted';
  process.exitCode = isUnderWay && goesOn === false ? EXIT.failed : code;
}

/** What the arguments that are ids are called, and what each is read as. */
const IDS: Readonly<Record<string, (typed: string) => string>> = {
  id: idIn,
  deal: dealIn,
  candidate: plainText,
};

/** `wonce list | head -1` has read enough, and what was asked for is done all the same. */
function unlessNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** An id that was copied from somewhere may bring along what nobody can see; what stands for no letter is none. */
function readIdsAsSeen(command: Command): void {
  const { registeredArguments, processedArgs } = command;
  registeredArguments.forEach((argument, place) => {
    const given: unknown = processedArgs[place];
    const name = argument.name();
    const read = IDS[name];
    if (read === undefined || typeof given !== 'string') return;
    const id = read(given);
    const hidden = unprintableIn(id);
    if (hidden !== undefined) {
      const expected = `${name}: expected an id without control and format characters`;
      throw new ClientError('WrongUse', `${expected}; came one with ${hidden}.`);
    }
    if (name === 'id' && command.name() !== 'status' && isDealKey(id)) throw isDeal(id);
    processedArgs[place] = id;
  });
}

function isDeal(deal: string): ClientError {
  return new ClientError(
    'WrongUse',
    `id: expected the id of a purchase; "${deal}" is a deal. Its purchases: wonce deals show ${deal}`,
  );
}

/** Commander's own message quotes what was typed; but for its hint at what was meant, it is one line. */
function wrongUseInWords(text: string): string {
  const [message = '', hint] = text.trimEnd().split(/\n(?=\(Did you mean [^\n]*$)/);
  return [message, hint ?? []]
    .flat()
    .map((line) => `${printable(line)}\n`)
    .join('');
}

/** Says what went wrong on standard error and returns the exit code for it. */
function report(error: unknown, running: Command): number {
  // Commander has already printed its message; --help and --version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  process.stderr.write(`${problemsInLines(error) ?? errorInWords(error)}\n`);
  if (!(error instanceof ClientError && error.code === 'WrongUse')) return EXIT.failed;
  process.stderr.write(`${helpOf(running)}\n`);
  return EXIT.wrongUse;
}

/** A request of which several things may be wrong, one a line; undefined of other errors. */
function problemsInLines(error: unknown): string | undefined {
  const problems = error instanceof Refusal ? error.details.problems : undefined;
  if (!Array.isArray(problems)) return undefined;
  const lines = (problems as RequestProblem[]).map((problem) => `  ${problemInWords(problem)}`);
  return ['InvalidRequest: The request cannot be bought as it stands.', ...lines].map(printable).join('\n');
}

function seconds(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a number of seconds above 0.');
}
