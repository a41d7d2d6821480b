import type { Command } from 'commander';
import { ClientError } from '../client/client-error';
import type { Author } from '../domain/author';
import { dealOfRequest } from '../domain/deal-ids';
import { jsonText } from '../domain/printable';
import type { Erasing, ErasedRecord, Erasure } from '../ledger/erasure';
import { checkedAuthor, print, progress, withLedger, type Output } from './command-line';
import { dealIn, idIn } from './typed-ids';

interface Erase extends Output {
  request?: string;
  deal?: string;
  person?: string;
  by?: string;
  why?: string;
  dryRun?: boolean;
}

/** `wonce erase`: personal data out of the ledger, which still verifies afterwards. */
export function addEraseCommand(command: (usage: string, description: string) => Command): void {
  command('erase', 'erase personal data of what has ended; the ledger still verifies')
    .option('--request <id>', 'that of a purchase')
    .option('--deal <deal>', 'that of a deal, and of its purchases')
    .option(
      '--person <e-mail>',
      'that of a person, by their e-mail address, or by the name with which they decided',
    )
    .option('--by <name>', 'who erases it; needed')
    .option('--why <reason>', 'why; needed')
    .option('--dry-run', 'only say what would be erased')
    .action((options: Erase) => erase(options));
}

async function erase(options: Erase): Promise<void> {
  const { dryRun = false, json } = options;
  const what = whatIsMeant(options);
  const author = dryRun ? undefined : authorOf(options);
  await withLedger(async (client) => {
    const erasure =
      author === undefined ? await client.personalData(what) : await client.erasePersonalData(what, author);
    print(json ? jsonText({ dryRun, ...erasure }, 2) : erasureInWords(erasure, dryRun).join('\n'));
    const deal = 'requestId' in what ? dealOfRequest(what.requestId) : undefined;
    if (deal !== undefined) progress(`The deal it was made of holds its own: wonce erase --deal ${deal}`);
  });
}

/** @throws ClientError WrongUse */
function whatIsMeant({ request, deal, person }: Erase): Erasing {
  const meant: Erasing[] = [
    ...(request === undefined ? [] : [{ requestId: idIn(request) }]),
    ...(deal === undefined ? [] : [{ deal: dealIn(deal) }]),
    ...(person === undefined ? [] : [{ person: person.trim() }]),
  ];
  const [what] = meant;
  if (what !== undefined && meant.length === 1 && person?.trim() !== '') return what;
  throw new ClientError('WrongUse', 'Give one of: --request ID, --deal DEAL, --person E-MAIL.');
}

/** @throws ClientError WrongUse */
function authorOf({ by, why }: Erase): Author {
  if (by === undefined || why === undefined || why.trim() === '') {
    throw new ClientError(
      'WrongUse',
      'Say who erases, and why: --by NAME --why TEXT. Or look first: --dry-run.',
    );
  }
  return checkedAuthor({ by, why });
}

function erasureInWords({ records, vendorLists, notices }: Erasure, isDryRun: boolean): string[] {
  const touched = records.filter(({ fields }) => Object.keys(fields).length > 0);
  const kept = records.filter(({ inTheClear }) => inTheClear > 0);
  const isNothing = touched.length + vendorLists + notices === 0;
  const head = isDryRun ? 'Would be erased, and nothing is yet:' : 'Erased:';
  const found = [
    ...touched.map(recordInWords),
    ...(vendorLists > 0 ? [`  of the vendor's lists: ${vendorLists}`] : []),
    ...(notices > 0 ? [`  of notices, what was asked: ${notices}`] : []),
  ];
  return [
    ...(isNothing ? ['Nothing is kept that can be erased.'] : [head, ...found]),
    ...kept.map(
      ({ record, id, inTheClear }) =>
        `${record} ${id}: ${inTheClear} values stay, as they were written before this could be erased.`,
    ),
  ];
}

function recordInWords({ record, id, status, fields }: ErasedRecord): string {
  const counts = Object.entries(fields).map(([field, count]) =>
    count === 1 ? field : `${field} (${count})`,
  );
  return `  ${record} ${id}, ${status}: ${counts.join(', ')}`;
}
