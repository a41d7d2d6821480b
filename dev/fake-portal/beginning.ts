import { join } from 'node:path';
import { Journal, JournalBroken } from './journal';

/**
 * When the fake portal of a folder was first started, in ms since 1970: what its PBXs had then is the same after every
 * start. Without a folder it begins now.
 *
 * @throws JournalBroken
 */
export async function beginningOf(folder: string | undefined): Promise<number> {
  if (folder === undefined) return Date.now();
  const path = join(folder, 'began.txt');
  const journal = await Journal.open(path);
  try {
    const [line] = journal.lines;
    if (line === undefined) {
      const now = Date.now();
      await journal.append(String(now));
      return now;
    }
    if (/^\d+$/.test(line)) return Number(line);
    throw new JournalBroken(
      `${path}: expected milliseconds since 1970, came "${line}": was the file edited?`,
    );
  } finally {
    await journal.close();
  }
}
