import type { Command } from 'commander';
import { ClientError } from '../client/client-error';
import { withSecretsOfFiles } from '../config/secret-files';
import { jsonText } from '../domain/printable';
import { print, progress, withClient, type Output } from './command-line';
import { withRunningStack } from './running-stack';
import { seldom } from './seldom';

/** `wonce ledger`: the whole ledger into a file, and from there into another database. */
export function addLedgerCommand(program: Command): void {
  const ledger = program
    .command('ledger')
    .description('the whole ledger into a file, and into another database');
  const command = (usage: string, description: string) =>
    ledger.command(usage).description(description).option('--json', 'the result as JSON on standard output');
  command('export <file>', 'write the whole ledger, with all that is personal, into a new file').action(
    (file: string, options: Output) => exportTo(file, options),
  );
  command(
    'import <file>',
    'fill an empty ledger from such a file, and verify it: all of it, or nothing',
  ).action((file: string, options: Output) => importFrom(file, options));
}

async function exportTo(file: string, { json }: Output): Promise<void> {
  await withClient(async (client) => {
    const workers = await client.workers().catch(() => undefined);
    if (workers !== undefined && workers > 0) {
      progress(
        'A worker runs: what it writes from now on is not in the file. Stop it first, and export again.',
      );
    }
  });
  const { exportLedger } = await import('../ledger/transfer.js');
  const { rows, sha256 } = await exportLedger(databaseUrl(), file, shown()).catch((error: unknown) => {
    throw (error as { code?: string }).code === 'EEXIST' ? fileExists(file) : error;
  });
  print(
    json ? jsonText({ rows, sha256 }, 2) : `${countInWords(rows)} written to ${file}. SHA-256: ${sha256}`,
  );
}

async function importFrom(file: string, { json }: Output): Promise<void> {
  const { importLedger } = await import('../ledger/transfer.js');
  const { rows, sha256 } = await importLedger(databaseUrl(), file, shown()).catch((error: unknown) => {
    throw (error as { code?: string }).code === 'ENOENT' ? noFile(file) : error;
  });
  print(json ? jsonText({ rows, sha256 }, 2) : `${countInWords(rows)} imported, and all of it verifies.`);
}

function shown(): (what: string, rows: number) => void {
  const tell = seldom(([what, rows]: [string, number]) => progress(`${what}: ${rows}`));
  return (what, rows) => tell([what, rows]);
}

function countInWords({ purchases, deals, ledger_chain: links }: Record<string, number>): string {
  return `${purchases} purchases, ${deals} deals and ${links} links of the chain`;
}

/** @throws ClientError WrongUse */
function databaseUrl(): string {
  const url = withRunningStack(withSecretsOfFiles(process.env)).DATABASE_URL;
  if (url !== undefined && url !== '') return url;
  throw new ClientError('WrongUse', 'DATABASE_URL is not set: expected the address of the ledger.');
}

function fileExists(file: string): ClientError {
  return new ClientError('WrongUse', `"${file}" is there already: expected the name of a new file.`);
}

function noFile(file: string): ClientError {
  return new ClientError('WrongUse', `Cannot read "${file}": there is no such file.`);
}
