/** Work on one thing at a time, in the order in which it came; on different things at once. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  async take<R>(thing: string, work: () => Promise<R>): Promise<R> {
    const mine = (this.last.get(thing) ?? Promise.resolve()).then(work, work);
    this.last.set(thing, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(thing) === mine) this.last.delete(thing);
    }
  }
}
