import { ClientError } from '../client/client-error';
import { jsonText, printable } from '../domain/printable';
import { present } from '../domain/optional';
import { readCheckpoints, readPublicKeys, type Checkpoint } from '../ledger/checkpoint';
import type { LedgerVerification } from '../ledger/ledger';
import type { VerifyProgress } from '../ledger/verify-ledger';
import { print, progress, readInput, withLedger, type Output } from './command-line';
import { EXIT } from './in-words';
import { seldom } from './seldom';

interface Verifying extends Output {
  against?: string;
  publicKey?: string;
}

/** `wonce audit --verify`: exit 1 when anything is broken, and a line for each that is. */
export async function verifyLedger({ json, against, publicKey }: Verifying): Promise<void> {
  const checkpoints = against === undefined ? [] : await checkpointsOf(against);
  const publicKeys = publicKey === undefined ? undefined : await publicKeysOf(publicKey);
  await withLedger(async (client) => {
    const onProgress = seldom(({ what, done, of }: VerifyProgress) =>
      progress(`Verified: ${done} of ${of} ${what}.`),
    );
    const result = await client.verifyLedger(checkpoints, { onProgress, ...present({ publicKeys }) });
    const broken = brokenInWords(result);
    const areSigned = checkpoints.some(({ signature }) => signature !== undefined);
    const signatures = publicKeys !== undefined ? 'checked' : areSigned ? 'not checked' : 'none';
    const lines = [...headlines(result, broken.length, signatures), ...broken];
    print(json ? jsonText(result, 2) : lines.join('\n'));
    if (broken.length > 0) process.exitCode = EXIT.failed;
  });
}

const NOT_CHECKED = 'Their signatures were not checked: give --public-key.';

/** @param given a line, or where lines are */
async function checkpointsOf(given: string): Promise<Checkpoint[]> {
  const line = readCheckpoints(given);
  if (typeof line !== 'string') return line;
  const checkpoints = readCheckpoints(await readInput(given));
  if (typeof checkpoints !== 'string') return checkpoints;
  throw new ClientError('WrongUse', `--against ${given}: ${checkpoints}.`);
}

async function publicKeysOf(file: string) {
  const keys = readPublicKeys(await readInput(file));
  if (typeof keys !== 'string') return keys;
  throw new ClientError('WrongUse', `--public-key ${file}: ${keys}.`);
}

function headlines(
  { checked, deals, checkpoints }: LedgerVerification,
  broken: number,
  signatures: 'none' | 'checked' | 'not checked',
): string[] {
  const records = `${checked} purchases and ${deals.checked} deals checked, ${broken} broken.`;
  if (checkpoints.checked === 0) return [records];
  const each = signatures === 'checked' ? ', each with its signature' : '';
  const compared = `${checkpoints.checked} checkpoints compared${each}.`;
  return [records, compared, ...(signatures === 'not checked' ? [NOT_CHECKED] : [])];
}

/** Each in one line, whatever stands in the ids of a ledger that somebody has changed. */
function brokenInWords({ broken, deals, sweeps, chain, checkpoints }: LedgerVerification): string[] {
  return [
    ...broken.map(({ requestId, ...where }) => ({ what: `${requestId}, event`, ...where })),
    ...deals.broken.map(({ deal, ...where }) => ({ what: `deal ${deal}, event`, ...where })),
    ...sweeps.broken.map(({ source, ...where }) => ({ what: `sweeps of ${source}, sweep`, ...where })),
    ...chain.broken.map((where, index) => ({ what: index === 0 ? FIRST_LINK : LINK, ...where })),
    ...checkpoints.broken.map((where) => ({ what: 'a checkpoint, link', ...where })),
  ].map(({ what, seq, problem }) => printable(`${what} ${seq}: ${problem}`));
}

const FIRST_LINK = 'the chain of the ledger, first broken link';
const LINK = 'the chain of the ledger, link';
