/**
 * Pages one after the other: while one is worked on, the database reads the next, which begins after it.
 *
 * @param read reads the page after a place; the first without one
 * @param next where the page after this one begins; undefined when this is the last
 */
export async function* readAhead<Page, Place>(
  read: (after?: Place) => Promise<Page>,
  next: (page: Page) => Place | undefined,
): AsyncGenerator<Page, void, undefined> {
  let reading: Promise<Page> | undefined = read();
  while (reading !== undefined) {
    const page: Page = await reading;
    const after = next(page);
    reading = after === undefined ? undefined : read(after);
    // Should the work on this page fail, nobody waits for the next.
    reading?.catch(() => undefined);
    yield page;
  }
}

/** The last of a full page, after which there may be another. */
export function nextAfter<Place>(page: readonly Place[], most: number): Place | undefined {
  return page.length < most ? undefined : page.at(-1);
}
