import type { ComponentChildren } from 'preact';
import { printable } from '../../domain/printable';
import { agoInWords, lengthInWords, shortened, SHAPE, type Clock, type Look } from './words';

/** A status: its shape, its word and its colour say the same. */
export function Mark({ look, word }: { look: Look; word: string }) {
  return (
    <span class={`mark ${look}`}>
      {/* The shape never stands alone at the end of a line. */}
      <span aria-hidden="true">{`${SHAPE[look]}\u00a0`}</span>
      {word}
    </span>
  );
}

/** A moment: how long ago, with the exact time in its title. The browser keeps it up to date. */
export function Ago({ at, clock }: { at: Date; clock: Clock }) {
  return (
    <time dateTime={at.toISOString()} title={clock.exact(at)} data-ago>
      {agoInWords(at)}
    </time>
  );
}

/** How long something has lasted, with its beginning in its title. */
export function For({ since, clock }: { since: Date; clock: Clock }) {
  return (
    <time dateTime={since.toISOString()} title={`since ${clock.exact(since)}`} data-for>
      {lengthInWords(Date.now() - since.getTime())}
    </time>
  );
}

/** A moment by the clock, with the exact time in its title. */
export function At({ at, clock, short = false }: { at: Date; clock: Clock; short?: boolean }) {
  return (
    <time dateTime={at.toISOString()} title={clock.exact(at)}>
      {short ? clock.short(at) : clock.time(at)}
    </time>
  );
}

/** An id: shortened in its middle, whole in its title, and copied by a press where the browser can. */
export function Id({ children: id, copy = false }: { children: string; copy?: boolean }) {
  const text = printable(id);
  return (
    <span class="id">
      <span title={text}>{shortened(text)}</span>
      {copy && (
        <button type="button" class="copy" data-copy={id} aria-label={`Copy ${text}`} hidden>
          copy
        </button>
      )}
    </span>
  );
}

/** A text of whomever, in one line: what nobody could see in it is shown. */
export function Said({ children }: { children: string }) {
  return <bdi>{printable(children)}</bdi>;
}

/** Facts by name; those that are not known are left out. */
export function Facts({ of }: { of: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  const known = of.filter(([, value]) => value !== undefined && value !== '' && value !== false);
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A link to somewhere else, which opens beside the page. */
export function Elsewhere({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children} <span aria-hidden="true">↗</span>
      <span class="unseen"> (opens beside this page)</span>
    </a>
  );
}

/** A section with its heading. */
export function Section({
  title,
  note,
  id,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  id: string;
  children: ComponentChildren;
}) {
  return (
    <section aria-labelledby={id}>
      <div class="head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <p class="note">{note}</p>}
      </div>
      {children}
    </section>
  );
}
