import type { Command } from 'commander';
import { ClientError } from '../client/client-error';
import { withSecretsOfFiles } from '../config/secret-files';
import { print } from './command-line';

/** `wonce tables`: for whoever owns the ledger's tables, before worker and server run as a role that owns nothing. */
export function addTablesCommand(program: Command): void {
  program
    .command('tables')
    .description("make the ledger's tables, or bring them up to date, as the user that DATABASE_URL names")
    .option('--for <role>', 'let this role, which owns nothing, do with them what Wonce does, and no more')
    .action(({ for: role }: { for?: string }) =>
      makeTables(withSecretsOfFiles(process.env).DATABASE_URL, role),
    );
}

async function makeTables(databaseUrl: string | undefined, role: string | undefined): Promise<void> {
  if (databaseUrl === undefined || databaseUrl === '') {
    throw new ClientError(
      'WrongUse',
      'DATABASE_URL is not set: expected the address of the ledger, as its owner.',
    );
  }
  const { Ledger } = await import('../ledger/ledger.js');
  const ledger = await Ledger.open(databaseUrl, { maxConnections: 1 });
  try {
    if (role !== undefined) await ledger.grantTo(role);
  } finally {
    await ledger.close();
  }
  const done = role === undefined ? '' : `, and "${role}" may use them`;
  print(`The tables of the ledger are up to date${done}.`);
}
