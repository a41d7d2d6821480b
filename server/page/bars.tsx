import type { VNode } from 'preact';

export interface Bar {
  /** What the bar stands for: `27 Nov`. */
  label: string;
  value: number;
  /** The value in words: `7 orders`. */
  words: string;
}

const WIDTH = 12;
const GAP = 4;
const HEIGHT = 48;

/**
 * A bar for each value, drawn on the server: it is there without JavaScript, follows the colours of the page, and needs no
 * style in attributes, which the page's policy refuses. What it shows stands in a table as well.
 */
export function Bars({ bars, caption }: { bars: readonly Bar[]; caption: string }): VNode {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const width = bars.length * (WIDTH + GAP) - GAP;
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <figure class="bars">
      <figcaption>{caption}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${caption}. The numbers follow.`}
      >
        {bars.map(({ label, value, words }, place) => {
          const height = value === 0 ? 1 : Math.max(2, Math.round((value / most) * HEIGHT));
          return (
            <rect
              key={label}
              class={value === 0 ? 'none' : undefined}
              x={place * (WIDTH + GAP)}
              y={HEIGHT - height}
              width={WIDTH}
              height={height}
            >
              <title>{`${label}: ${words}`}</title>
            </rect>
          );
        })}
      </svg>
      <p class="note ends">
        <span>{first?.label}</span>
        <span>{last?.label}</span>
      </p>
      <details>
        <summary>The numbers</summary>
        <table class="numbers">
          <tbody>
            {bars.map(({ label, words }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{words}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
