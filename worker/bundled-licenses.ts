import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Ends with the folder of the package that a file belongs to, however deep packages lie in each other. What webpack left
 * out is listed, too, and does not begin like a path.
 */
const OF_PACKAGE = /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * The licenses of the packages whose code is in a bundle: whoever passes the bundle on passes them on as well.
 *
 * @param bundles code that webpack made, each with its source map at its end
 * @throws Error when a bundle does not tell what is in it, or a package brings no text of its license
 */
export function licensesOf(bundles: readonly string[]): string {
  const folders = new Set([webpackFolder(), ...bundles.flatMap(packagesIn)]);
  const texts = [...folders].map(licenseIn).sort();
  return `Workflow bundles of Wonce have in them code of these packages.\n\n${texts.join('\n')}`;
}

function packagesIn(bundle: string): string[] {
  const map = /\n\/\/# sourceMappingURL=data:application\/json;[^,]*base64,(\S+)\s*$/.exec(bundle)?.[1];
  if (map === undefined) throw new Error('A workflow bundle has no source map: what is in it is not known.');
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
  return sources.flatMap((source) => OF_PACKAGE.exec(source)?.[0] ?? []);
}

/** What webpack itself adds to a bundle is no module of it. */
function webpackFolder(): string {
  const ofTemporal = dirname(require.resolve('@temporalio/worker'));
  return dirname(require.resolve('webpack/package.json', { paths: [ofTemporal] }));
}

function licenseIn(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined)
    throw new Error(`${name} ${version} is in a workflow bundle and brings no license.`);
  const notice = join(folder, 'NOTICE');
  const text = [join(folder, file), ...(existsSync(notice) ? [notice] : [])]
    .map((path) => readFileSync(path, 'utf8').trim())
    .join('\n\n');
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${text}\n`;
}
