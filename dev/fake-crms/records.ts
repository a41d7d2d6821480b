import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A record in the CRM's own shape, as its API would show it. */
export type CrmRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is CrmRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What one CRM holds: records by kind (`deals`, `line_items`, …) and id; with a folder, they outlive the process. */
export class Records {
  private readonly kinds: Map<string, Map<string, CrmRecord>>;
  private readonly file: string | undefined;

  constructor(crm: string, folder?: string) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    this.file = folder === undefined ? undefined : join(folder, `${crm}.json`);
    this.kinds = new Map(
      Object.entries(this.read()).map(([kind, byId]) => [kind, new Map(Object.entries(byId))]),
    );
  }

  put(kind: string, id: string, record: CrmRecord): void {
    const byId = this.kinds.get(kind) ?? new Map<string, CrmRecord>();
    this.kinds.set(kind, byId.set(id, record));
    this.write();
  }

  /** Whether it was there. */
  remove(kind: string, id: string): boolean {
    const wasThere = this.kinds.get(kind)?.delete(id) ?? false;
    this.write();
    return wasThere;
  }

  get(kind: string, id: string): CrmRecord | undefined {
    return this.kinds.get(kind)?.get(id);
  }

  /** In the order in which they were put for the first time. */
  all(kind: string): { id: string; record: CrmRecord }[] {
    return [...(this.kinds.get(kind) ?? [])].map(([id, record]) => ({ id, record }));
  }

  private read(): Record<string, Record<string, CrmRecord>> {
    try {
      return this.file === undefined
        ? {}
        : (JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, Record<string, CrmRecord>>);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  }

  private write(): void {
    if (this.file === undefined) return;
    const whole = Object.fromEntries([...this.kinds].map(([kind, byId]) => [kind, Object.fromEntries(byId)]));
    writeFileSync(`${this.file}.new`, JSON.stringify(whole));
    renameSync(`${this.file}.new`, this.file);
  }
}
