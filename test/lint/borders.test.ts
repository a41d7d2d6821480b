import { execFileSync } from 'node:child_process';
import { ROOT } from '../support/processes';

/** What may be planted into a file of the project: ESLint looks at types, and knows no other files. */
const BORDERS = [
  {
    file: 'workflows/purchase/status-view.ts',
    taken: [
      `import { sleep } from '@temporalio/workflow';`,
      `import { purchaseWorkflowIdOf } from '../../domain/workflow-ids';`,
      `import * as activity from '../activity-proxies';`,
      `import type { OrderScan } from '../messages/purchase';`,
      `export const known = new Set(['one']);`,
    ],
    refused: [
      `import { Client } from '@temporalio/client';`,
      `export { startFakePortal } from '../../dev/fake-portal/server';`,
      `import { freePort } from '../../dev/stack/free-port';`,
      `import { cacheDir } from './../../dev/stack/cache';`,
      `import { readFileSync } from 'node:fs';`,
      `import { z } from 'zod';`,
      `import { createOrder } from '../../activities/order/create-order';`,
      `import type { ActivityDeps } from '../../activities/dependencies';`,
      `import { fingerprintOf } from '../../validation/fingerprint';`,
      `export const made = () => import('../../dev/stack/free-port');`,
      `export let kept = 0;`,
      `export const kept = new Map<string, number>();`,
      `export const kept: string[] = [];`,
      `export class Kept { static last = ''; }`,
    ],
  },
  {
    file: 'portal/transport.ts',
    taken: [
      `import { purchaseWorkflowIdOf } from '../domain/workflow-ids';`,
      `export const settings = () => import('../config/settings.js');`,
    ],
    refused: [
      `import { Ledger } from '../ledger/ledger';`,
      `import { runningStack } from '../cli/running-stack';`,
      `import { hubspotReceiver } from '../crm/hubspot/receiver';`,
      `export const later = () => import('../ledger/ledger.js');`,
    ],
  },
  {
    file: 'crm/hubspot/reader.ts',
    taken: [`import { isJsonObject } from '../lossless';`, `import { createLog } from '../../config/log';`],
    refused: [`import { Ledger } from '../../ledger/ledger';`],
  },
  {
    file: 'doctor/vendor-api/vendor.ts',
    taken: [`import { Reader } from '../../portal/reader';`],
    refused: [
      `import { placeOrder } from '../../portal/place-order';`,
      `import { PortalClient } from '../../portal/portal-client';`,
      `import { print } from '../../cli/command-line';`,
      `export const later = () => import('../../portal/portal-client.js');`,
    ],
  },
  {
    file: 'domain/status.ts',
    taken: [`import { foldName } from './names';`],
    refused: [
      `import { createHash } from 'node:crypto';`,
      `import { z } from 'zod';`,
      `import { fingerprintOf } from '../validation/fingerprint';`,
      `export const later = () => import('./names');`,
      `export let kept = 0;`,
    ],
  },
];

type Message = { ruleId: string | null; line: number; message: string };

/** What ESLint says of each planted text: one process for all, because it takes its time to read the whole program. */
function lint(texts: { filePath: string; text: string }[]): Message[][] {
  // In a process of its own: ESLint loads its configuration in a way that jest does not allow.
  const script = `const { ESLint } = await import('eslint');
    const eslint = new ESLint();
    const all = [];
    for (const { filePath, text } of JSON.parse(process.argv[1])) {
      const [{ messages }] = await eslint.lintText(text, { filePath });
      all.push(messages);
    }
    console.log(JSON.stringify(all));`;
  const args = ['--input-type=module', '-e', script, JSON.stringify(texts)];
  // On CI systems typescript-eslint would look at the file as it is on the disk.
  const env = { ...process.env, TSESTREE_SINGLE_RUN: 'false' };
  const output = execFileSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
  return JSON.parse(output) as Message[][];
}

let said: Message[][];

beforeAll(() => {
  said = lint(
    BORDERS.map(({ file, taken, refused }) => ({ filePath: file, text: [...taken, ...refused].join('\n') })),
  );
}, 300_000);

it.each(BORDERS.map((border, index) => ({ ...border, index })))(
  'what $file may not hold, ESLint refuses',
  ({ taken, refused, index }) => {
    const lines = [...taken, ...refused];
    const messages = said[index]!;
    // Without a rule, it is a text that ESLint could not read.
    expect(messages.filter(({ ruleId }) => ruleId === null)).toEqual([]);
    const broken = messages.filter(({ ruleId }) => ruleId!.includes('no-restricted-'));
    expect([...new Set(broken.map(({ line }) => lines[line - 1]!))]).toEqual(refused);
  },
);
