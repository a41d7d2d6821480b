import { mkdirSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The journal's file cannot be read or written. */
export class JournalBroken extends Error {
  override readonly name = 'JournalBroken';
}

interface Waiting {
  line: string;
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * An append-only file of lines. A line is on the disk before its `append` resolves; lines that come while the disk is
 * busy share the next write.
 */
export class Journal {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private broken: Error | undefined;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    /** What was in the file when it was opened. */
    readonly lines: readonly string[],
  ) {}

  /** Opens or creates it. A last line torn by a kill was never answered for and is dropped. */
  static async open(path: string): Promise<Journal> {
    mkdirSync(dirname(path), { recursive: true });
    const text = textOf(path);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const file = await open(path, 'a');
    await file.truncate(Buffer.byteLength(whole));
    await syncFolder(dirname(path));
    return new Journal(
      path,
      file,
      whole.split('\n').filter((line) => line !== ''),
    );
  }

  /** @throws JournalBroken */
  append(line: string): Promise<void> {
    if (this.broken !== undefined) return Promise.reject(this.broken);
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, resolve, reject });
      this.writing ??= this.write();
    });
  }

  async close(): Promise<void> {
    this.broken ??= new JournalBroken(`${this.path} is closed.`);
    await this.writing;
    await this.file.close();
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.file.appendFile(batch.map(({ line }) => `${line}\n`).join(''));
        await this.file.datasync();
        batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        // Half a line may be in the file now: whatever came behind it could not be read again.
        const broken = new JournalBroken(`${this.path} cannot be written: ${(error as Error).message}`);
        this.broken = broken;
        [...batch, ...this.waiting].forEach(({ reject }) => reject(broken));
        this.waiting = [];
      }
    }
    this.writing = undefined;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Only a file that is not there is empty. Any other would be cut to nothing by the opening.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new JournalBroken(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Makes the file's name durable, not only its content. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
