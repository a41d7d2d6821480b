/** The address of the page that has all that waits. */
export const HOME = '/';

/** Somebody who has a page open. */
interface Looker {
  at: string;
  name: string;
}

/** Who has what open, by its address, for those who have it open too. Known to this server alone, and kept nowhere. */
export class Presence {
  private readonly lookers = new Set<Looker>();

  /** @returns what to call when they look no longer */
  enter(at: string, name: string): () => void {
    const looker = { at, name };
    this.lookers.add(looker);
    return () => this.lookers.delete(looker);
  }

  /** The names of all but one who look there, each once. */
  othersAt(at: string, name: string): string[] {
    const names = [...this.lookers].filter((looker) => looker.at === at && looker.name !== name);
    return [...new Set(names.map((looker) => looker.name))].sort();
  }
}
