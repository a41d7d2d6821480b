import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PACKAGE_FOLDER } from '../../config/package-folder';

/** A file that the browser fetches once: its address changes with its content. */
export interface Asset {
  url: string;
  type: string;
  content: Buffer;
}

const OWN = join(PACKAGE_FOLDER, 'server', 'page', 'assets');
const HTMX = dirname(require.resolve('htmx.org'));

const FILES = {
  'style.css': { from: [join(OWN, 'style.css')], type: 'text/css; charset=utf-8' },
  'page.js': { from: [join(OWN, 'page.js')], type: 'text/javascript; charset=utf-8' },
  'icon.svg': { from: [join(OWN, 'icon.svg')], type: 'image/svg+xml' },
  // One script: htmx begins as soon as it is there, and what connects the page must be there by then.
  'htmx.js': {
    from: [join(HTMX, 'htmx.min.js'), join(HTMX, 'ext', 'hx-sse.min.js')],
    type: 'text/javascript; charset=utf-8',
  },
};

type AssetName = keyof typeof FILES;

/** What the page consists of beside its HTML. */
export const ASSETS = Object.fromEntries(
  Object.entries(FILES).map(([name, { from, type }]) => [name, assetOf(name, from, type)]),
) as Record<AssetName, Asset>;

function assetOf(name: string, files: string[], type: string): Asset {
  const content = Buffer.from(files.map((file) => readFileSync(file, 'utf8')).join('\n'));
  const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { url: `/assets/${version}/${name}`, type, content };
}
