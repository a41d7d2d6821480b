import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import prettier from 'prettier';
import { prepare } from './prepare.mjs';

/** Writes docs/errors.md out of the catalogue of errors; with --check, fails when it is another. */
await prepare();
const { ERROR_SECTIONS } = createRequire(import.meta.url)('../dist/domain/error-catalogue.js');
const FILE = 'docs/errors.md';
const HEAD = `# Errors

Every failure has a stable code: the type of the failure in Temporal, \`reason.code\` in a status, \`code\` in an answer of the
HTTP server, the first word that \`wonce\` prints. This page is made of the catalogue in \`domain/error-catalogue.ts\`
(\`npm run errors-page\`).
`;

const page = [HEAD, ...ERROR_SECTIONS.map(inMarkdown)].join('\n');
const text = await prettier.format(page, { ...(await prettier.resolveConfig(FILE)), parser: 'markdown' });
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is not what the catalogue of errors says. Run: npm run errors-page`);
  process.exitCode = 1;
}

function inMarkdown({ title, intro, errors }) {
  const rows = rowsOf(Object.entries(errors));
  const hasStatus = rows.some(({ http }) => http !== undefined);
  const columns = ['code', ...(hasStatus ? ['HTTP'] : []), 'what happened', 'what to do'];
  const lines = rows.map(({ codes, http, happened, todo }) => [
    codes.map((code) => `\`${code}\``).join(', '),
    ...(hasStatus ? [http?.[0] ?? ''] : []),
    happened,
    todo,
  ]);
  const table = [columns, columns.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  return [`## ${title}`, intro, table.join('\n'), ''].join('\n\n');
}

/** Codes of which the same is to be said stand in one row. */
function rowsOf(entries) {
  const rows = [];
  for (const [code, { happened, todo, http }] of entries) {
    const last = rows.at(-1);
    if (last?.happened === happened && last.todo === todo && last.http?.[0] === http?.[0])
      last.codes.push(code);
    else rows.push({ codes: [code], happened, todo, http });
  }
  return rows;
}
