// What makes the page quicker to use; without it everything can still be read and decided.
'use strict';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (!document.cookie.includes(`wonce-zone=${encodeURIComponent(zone)}`)) {
  document.cookie = `wonce-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

/** `/` goes to the search field, Escape closes what is open. */
document.addEventListener('keydown', (event) => {
  const isTyping = event.target.closest('input, textarea, select') !== null;
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = one('[data-focus="/"]');
    if (search === null) return;
    event.preventDefault();
    search.focus();
  }
  if (event.key === 'Escape') all('.who[open]').forEach((menu) => menu.removeAttribute('open'));
});

/** Ids are copied by a press. */
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (button === null) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = 'copied';
  setTimeout(() => (button.textContent = 'copy'), 2000);
});

/** A decision is checked with the vendor, which takes its time: it is sent once, and says so. */
document.addEventListener('submit', (event) => {
  const { slow } = event.target.dataset;
  if (slow === undefined) return;
  if (event.target.dataset.isSent !== undefined) return event.preventDefault();
  event.target.dataset.isSent = '';
  const button = event.submitter;
  if (button === null) return;
  button.textContent = slow;
  setTimeout(() => (button.disabled = true));
});

/*
 * What is new may move a button away from under the pointer that presses it, and the press would be of nothing. So it is shown
 * when the pointer is up; the click is told of before what waits for a timer.
 */
let isPressing = false;
let waitingToBeShown = [];

document.addEventListener('htmx:before:swap', (event) => {
  if (!isPressing) return;
  event.preventDefault();
  waitingToBeShown.push(event.detail.ctx);
});

function pressed() {
  isPressing = true;
}

function released() {
  isPressing = false;
  const now = waitingToBeShown;
  waitingToBeShown = [];
  setTimeout(() => now.forEach((each) => window.htmx.swap(each)));
}

window.addEventListener('pointerdown', pressed);
for (const name of ['pointerup', 'pointercancel', 'blur']) window.addEventListener(name, released);

// Back in the history, the form may be sent again.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** A length of time with two units at most. */
function lengthOf(ms) {
  const first = UNITS.findIndex(([size]) => ms >= size);
  if (first < 0) return '0 s';
  const [size, unit] = UNITS[first];
  const [nextSize, nextUnit] = UNITS[first + 1] ?? [Infinity, ''];
  const whole = Math.floor(ms / size);
  const rest = Math.floor((ms - whole * size) / nextSize);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${nextUnit}`;
}

function showAges() {
  for (const time of all('time[data-for]'))
    time.textContent = lengthOf(Date.now() - Date.parse(time.dateTime));
  for (const time of all('time[data-ago]')) {
    const ms = Date.now() - Date.parse(time.dateTime);
    const unit = UNITS.find(([size]) => ms >= size);
    time.textContent =
      ms < 5_000 || unit === undefined ? 'just now' : `${Math.floor(ms / unit[0])} ${unit[1]} ago`;
  }
}

function showWhatThereIs() {
  all('[data-copy]').forEach((button) => (button.hidden = navigator.clipboard === undefined));
  const { waiting, running } = one('#main').dataset;
  const counts = { waiting, running };
  for (const count of all('[data-count]')) {
    const told = counts[count.dataset.count] ?? count.textContent;
    if (told !== count.textContent) count.textContent = told;
    count.classList.toggle('some', count.dataset.count === 'waiting' && Number(told) > 0);
  }
  const title = document.title.replace(/^\(\d+\) /, '');
  document.title = Number(waiting) > 0 ? `(${waiting}) ${title}` : title;
  showAges();
}

showWhatThereIs();
setInterval(showAges, 15_000);

/** What stands where, to tell afterwards what has changed. */
const statesNow = () => new Map(all('[data-key]').map((part) => [part.dataset.key, part.dataset.state]));
let before = statesNow();
let waitingBefore = one('#main').dataset.waiting;

document.addEventListener('htmx:after:swap', () => {
  showWhatThereIs();
  const changed = all('[data-key]').filter((part) => before.get(part.dataset.key) !== part.dataset.state);
  for (const part of changed) {
    part.classList.add('changed');
    setTimeout(() => part.classList.remove('changed'), 2000);
  }
  before = statesNow();
  const { waiting } = one('#main').dataset;
  if (changed.length > 0 || waiting !== waitingBefore) {
    one('#said').textContent =
      waiting === '1'
        ? 'Something has changed. 1 waits for you.'
        : `Something has changed. ${waiting} wait for you.`;
  }
  waitingBefore = waiting;
});

let freshAt = new Date();

function isFresh(fresh) {
  const stale = one('#stale');
  if (fresh) freshAt = new Date();
  else
    stale.querySelector('[data-as-of]').textContent = freshAt.toLocaleTimeString([], { timeStyle: 'short' });
  stale.hidden = fresh;
}

for (const name of ['hello', 'news', 'fresh']) document.addEventListener(name, () => isFresh(true));
document.addEventListener('stale', () => isFresh(false));
document.addEventListener('htmx:sse:after:connection', () => isFresh(true));
document.addEventListener('htmx:sse:error', ({ detail }) => isNotConnected(detail.status));
document.addEventListener('htmx:sse:before:connection', ({ detail }) => {
  if (detail.connection.attempt > 0) isFresh(false);
});

/** The page is not kept up to date: refused with `status`, or without one because the server does not answer. */
function isNotConnected(status) {
  // The session has ended: the page that comes asks to sign in.
  if (status === 401) location.reload();
  else isFresh(false);
}

/*
 * htmx connects again what was connected once. Where the first connection fails (the server restarts, too many look), it would
 * leave it, and what is shown would grow old without a word.
 */
const CONNECT_AGAIN_MS = 2_000;

document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  const url = document.body.getAttribute('hx-sse:connect');
  if (url === null || ctx.request.action !== url || !document.body.isConnected) return;
  const isConnected = ctx.response?.raw.headers.get('content-type')?.startsWith('text/event-stream');
  if (isConnected) return;
  isNotConnected(ctx.response?.status);
  setTimeout(() => window.htmx.ajax('GET', url, { source: document.body }), CONNECT_AGAIN_MS);
});
