import type { WonceClient } from '../../client/wonce-client';

/** How something stands that Wonce stands on. */
export interface Standing {
  name: string;
  word: string;
  isWell: boolean;
  /** When it was last known to be well. */
  wellAt?: Date;
}

/** Older is asked anew, in the background, in ms: no page waits for it. */
const OLD_MS = 10_000;

/** Whether everything is all right, for the foot of each page. */
export class Health {
  private standings: Standing[] = [];
  private askedAt = 0;
  private readonly wellAt = new Map<string, Date>();

  constructor(private readonly client: WonceClient) {}

  /** As it was known a moment ago; nothing before the first answer. */
  now(): readonly Standing[] {
    if (Date.now() - this.askedAt > OLD_MS) {
      this.askedAt = Date.now();
      void this.ask();
    }
    return this.standings;
  }

  /** Never rejects: what does not answer is the answer. */
  private async ask(): Promise<void> {
    const [{ temporal, ledger }, workers] = await Promise.all([
      this.client.reachable(),
      this.client.workers(),
    ]);
    const hasWorkers = workers !== undefined && workers > 0;
    const count = workers === 1 ? '1 runs' : `${workers} run`;
    this.standings = [
      this.standing('Temporal', temporal, temporal ? 'answers' : 'does not answer'),
      this.standing('Workers', hasWorkers, hasWorkers ? count : temporal ? 'none runs' : 'not known'),
      this.standing('Ledger', ledger, ledger ? 'answers' : 'does not answer'),
    ];
  }

  private standing(name: string, isWell: boolean, word: string): Standing {
    if (isWell) this.wellAt.set(name, new Date());
    const wellAt = this.wellAt.get(name);
    return { name, isWell, word, ...(wellAt !== undefined && { wellAt }) };
  }
}
