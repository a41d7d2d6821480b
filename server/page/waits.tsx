import type { VNode } from 'preact';
import { Said } from './parts';
import { lengthInWords } from './words';

/** Something that waits for a person. */
export interface Wait {
  what: string;
  href: string;
  /** What for. */
  word: string;
  since: Date;
}

/** So many are pictured: what has waited longest. */
const MOST = 8;

/** Of the whole width, however short a wait is: it is to be seen. */
const LEAST_PERCENT = 1.5;

/** What waits and for how long: a bar for each beside its words, of which the picture is made. */
export function Waits({ waits }: { waits: readonly Wait[] }): VNode {
  const now = Date.now();
  const longest = Math.max(1, ...waits.map(({ since }) => now - since.getTime()));
  return (
    <figure class="bars waits">
      <figcaption>What waits, and for how long</figcaption>
      <table class="numbers">
        <tbody>
          {waits.slice(0, MOST).map(({ what, href, word, since }) => {
            const ms = now - since.getTime();
            const percent = Math.max(LEAST_PERCENT, (100 * ms) / longest);
            return (
              <tr key={href}>
                <th scope="row">
                  <a href={href}>
                    <Said>{what}</Said>
                  </a>{' '}
                  <span class="note">{word}</span>
                  <svg aria-hidden="true">
                    <rect width={`${percent.toFixed(1)}%`} height="100%" rx="2" />
                  </svg>
                </th>
                <td>
                  <time dateTime={since.toISOString()} data-for>
                    {lengthInWords(ms)}
                  </time>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </figure>
  );
}
