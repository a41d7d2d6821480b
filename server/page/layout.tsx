import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { ASSETS } from './assets';
import { present } from '../../domain/optional';
import { troubles } from './health';
import { LookingAt } from './looking';
import { HOME } from './presence';
import { Ago, Mark } from './parts';
import type { Viewer } from './viewer';

/** How many wait and are under way, for the head of every page. */
export interface Counts {
  waiting: number;
  running: number;
}

/** Where a page is made anew, and the ledger's last link when it was made. */
export interface LiveAddress {
  url: string;
  link: number;
}

export interface LayoutProps {
  title: string;
  /** Absent on pages for people who are not signed in, or while the ledger is away. */
  viewer?: Viewer | undefined;
  counts?: Counts | undefined;
  /** The address that is asked again when something has changed; without one the page stays as it is. */
  live?: LiveAddress;
  /** The address of what is looked at: others who have it open are told. */
  at?: string | undefined;
  search?: string | undefined;
  /** The address of the page itself. */
  here?: string | undefined;
  children: ComponentChildren;
}

/** A whole page as HTML. */
export function pageOf(props: LayoutProps): string {
  return `<!doctype html>${renderToString(<Layout {...props} />)}`;
}

function Layout({
  title,
  viewer,
  counts,
  live,
  at,
  search,
  here = live?.url ?? '',
  children,
}: LayoutProps): VNode {
  const waiting = counts?.waiting ?? 0;
  const refreshed = live !== undefined && {
    'hx-get': live.url,
    'hx-trigger': 'news from:body',
    'hx-select': '#main',
    'hx-target': '#main',
    'hx-swap': 'outerMorph',
  };
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{waiting > 0 ? `(${waiting}) ${title} · Wonce` : `${title} · Wonce`}</title>
        <link rel="icon" href={ASSETS['icon.svg'].url} type="image/svg+xml" />
        <link rel="stylesheet" href={ASSETS['style.css'].url} />
        <meta name="htmx-config" content={HTMX} />
        {/* Before htmx, which connects as soon as it is there: what fails then must be heard. */}
        <script src={ASSETS['page.js'].url} defer />
        <script src={ASSETS['htmx.js'].url} defer />
      </head>
      <body
        {...((live ?? at) !== undefined && {
          'hx-sse:connect': `/events?${eventsOf(live, at)}`,
          'hx-swap': 'none',
        })}
      >
        <a class="skip" href="#main">
          To the content
        </a>
        {viewer !== undefined && <Head viewer={viewer} counts={counts} search={search} here={here} />}
        <p id="stale" class="banner" role="status" hidden>
          As of <span data-as-of />: the server does not answer, connecting…
        </p>
        <p id="said" class="unseen" aria-live="polite" />
        <main
          id="main"
          tabIndex={-1}
          data-waiting={waiting}
          data-running={counts?.running ?? 0}
          {...refreshed}
        >
          {viewer !== undefined && <Trouble standings={viewer.standings} />}
          {viewer !== undefined && at !== undefined && at !== HOME && (
            <LookingAt at={at} viewer={viewer} isAlone={live === undefined} />
          )}
          {children}
          {viewer !== undefined && <Foot viewer={viewer} />}
        </main>
      </body>
    </html>
  );
}

function eventsOf(live: LiveAddress | undefined, at: string | undefined): string {
  const after = live === undefined ? undefined : String(live.link);
  return new URLSearchParams(present({ after, at })).toString();
}

/** No code out of attributes, no styles that the policy would refuse. */
const HTMX = JSON.stringify({ includeIndicatorCSS: false, history: false, defaultTimeout: 10_000 });

/** What does not work, and what still does. */
function Trouble({ standings }: Pick<Viewer, 'standings'>): VNode | null {
  const ill = troubles(standings);
  if (ill.length === 0) return null;
  return (
    <div class="banner" role="status">
      {ill.map(({ name, word, meanwhile }) => (
        <p key={name}>
          <Mark look="refused" word={`${name} ${word}.`} /> {meanwhile}
        </p>
      ))}
      <p>What was begun is kept, and goes on by itself as soon as everything answers again.</p>
    </div>
  );
}

/** Whether everything is all right, in one line. */
function Foot({ viewer: { standings, clock } }: { viewer: Viewer }): VNode | null {
  if (standings.length === 0) return null;
  return (
    <ul class="foot note" aria-label="Whether everything is all right">
      {standings.map(({ name, word, isWell, wellAt }) => (
        <li key={name}>
          <Mark
            look={isWell === undefined ? 'quiet' : isWell ? 'done' : 'refused'}
            word={`${name} ${word}`}
          />
          {wellAt !== undefined && (
            <>
              {isWell === false ? ', last well ' : ' '}
              <Ago at={wellAt} clock={clock} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Tab({ href, here, children }: { href: string; here: string; children: ComponentChildren }): VNode {
  return (
    <a href={href} aria-current={here.startsWith(href) ? 'page' : undefined}>
      {children}
    </a>
  );
}

interface HeadProps extends Pick<LayoutProps, 'counts' | 'search'> {
  viewer: Viewer;
  /** The address of the page that is shown. */
  here: string;
}

function Head({ viewer, counts, search, here }: HeadProps): VNode {
  return (
    <header class="top">
      <a class="brand" href="/">
        Wonce
      </a>
      <nav aria-label="Main">
        <a href="/#waiting">
          Waiting <b data-count="waiting">{counts?.waiting ?? '–'}</b>
        </a>
        <a href="/#running">
          Running <b data-count="running">{counts?.running ?? '–'}</b>
        </a>
        <Tab href="/orders" here={here}>
          Orders
        </Tab>
        <Tab href="/deals" here={here}>
          Deals
        </Tab>
        <Tab href="/renewals" here={here}>
          Renewals
        </Tab>
        <Tab href="/new" here={here}>
          New order
        </Tab>
      </nav>
      <form class="search" role="search" action="/search" method="get">
        <label class="unseen" for="q">
          Search by order number, serial number, partner, deal
        </label>
        <input
          id="q"
          name="q"
          type="search"
          placeholder="Search"
          value={search}
          data-focus="/"
          autocomplete="off"
        />
      </form>
      <details class="who">
        <summary>{viewer.person.name}</summary>
        <div>
          <p>Decides as {viewer.person.name}</p>
          {viewer.isSignedIn && (
            <form action="/sign-out" method="post">
              <button type="submit" class="plain">
                Sign out
              </button>
            </form>
          )}
        </div>
      </details>
    </header>
  );
}
