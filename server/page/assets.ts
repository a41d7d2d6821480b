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
  'style.css': [join(OWN, 'style.css'), 'text/css; charset=utf-8'],
  'page.js': [join(OWN, 'page.js'), 'text/javascript; charset=utf-8'],
  'icon.svg': [join(OWN, 'icon.svg'), 'image/svg+xml'],
  'htmx.js': [join(HTMX, 'htmx.min.js'), 'text/javascript; charset=utf-8'],
  'sse.js': [join(HTMX, 'ext', 'hx-sse.min.js'), 'text/javascript; charset=utf-8'],
} as const;

type AssetName = keyof typeof FILES;

/** What the page consists of beside its HTML. */
export const ASSETS = Object.fromEntries(
  Object.entries(FILES).map(([name, [file, type]]) => [name, assetOf(name, file, type)]),
) as Record<AssetName, Asset>;

function assetOf(name: string, file: string, type: string): Asset {
  const content = readFileSync(file);
  const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { url: `/assets/${version}/${name}`, type, content };
}
