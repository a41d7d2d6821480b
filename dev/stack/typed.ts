import { resolve } from 'node:path';
import { dataDir } from '../../cli/running-stack';

/** A text as one word for a shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** How the command is typed in another terminal, in the folder of the start, so that it finds this start. */
export function wonceAsTyped(env: Readonly<Record<string, string | undefined>>): string {
  const folder = dataDir(env);
  return folder === resolve('.wonce') ? 'npx wonce' : `WONCE_DATA_DIR=${quoted(folder)} npx wonce`;
}
