/** How long a work took, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/**
 * Works by turns, so that whatever else the machine does slows all alike.
 *
 * @returns how long each round of each took, in ms
 */
export async function inTurn(
  rounds: number,
  ...works: readonly (() => Promise<unknown>)[]
): Promise<number[][]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [place, work] of works.entries()) times[place]!.push(await timed(work));
  }
  return times;
}

/**
 * Does a work many times, some of them at once.
 *
 * @returns how long each took, in ms, and how long all of them took together
 */
export async function manyAtOnce(
  many: number,
  atOnce: number,
  work: (number: number) => Promise<unknown>,
): Promise<{ each: number[]; together: number }> {
  const each: number[] = [];
  let begun = 0;
  const one = async () => {
    while (begun < many) {
      const number = begun++;
      each.push(await timed(() => work(number)));
    }
  };
  const together = await timed(() => Promise.all(Array.from({ length: atOnce }, one)));
  return { each, together };
}
