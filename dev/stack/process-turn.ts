import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/**
 * Waits until this process alone has a turn at something on this machine.
 *
 * @param file names the thing; it need not exist
 * @param onWait told once, when another process has the turn
 * @returns gives the turn back
 */
export async function takeTurn(
  file: string,
  onWait: () => void = () => undefined,
): Promise<() => Promise<void>> {
  const options = {
    realpath: false,
    // The holder refreshes its lock every two seconds; one that is not refreshed belongs to a dead process.
    stale: 10_000,
    update: 2_000,
    // Or to one that slept, as a laptop does. It goes on when it wakes: what is done in a turn bears being done twice.
    onCompromised: () => undefined,
  };
  for (let told = false; ; told = true) {
    try {
      const release = await lock(file, options);
      // A turn that was lost needs no giving back.
      return () => release().catch(() => undefined);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (!told) onWait();
      await delay(200);
    }
  }
}

/** A turn that several works of this process have together: the first one waits for it, and the last one gives it back. */
export class SharedTurn {
  private works = 0;
  private taken: Promise<() => Promise<void>> | undefined;
  private givenBack: Promise<void> = Promise.resolve();

  /** @param take waits for the turn, and gives the way to give it back */
  constructor(private readonly take: () => Promise<() => Promise<void>>) {}

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.works++;
    this.taken ??= this.givenBack.then(this.take);
    try {
      await this.taken;
      return await work();
    } finally {
      this.works--;
      if (this.works === 0) await this.giveBack();
    }
  }

  private async giveBack(): Promise<void> {
    const taken = this.taken;
    this.taken = undefined;
    this.givenBack = (async () => {
      const release = await taken?.catch(() => undefined);
      await release?.();
    })();
    await this.givenBack;
  }
}
