import { cpus } from 'node:os';
import { operationOf } from '../../domain/request';
import type { Comparison, Judged, Verdict } from './comparison';
import { ROWS } from './faults';
import type { Plan } from './plan';
import type { Kills } from './processes';

/** A row of the table: a fault's purchases, or all. */
export interface Row {
  fault: string;
  purchases: number;
  ordersAtVendor: number;
  doubled: number;
  lost: number;
  /** For a person, and rightly so. */
  waiting: number;
  wrong: number;
}

/** What a round came to; `--json` prints it as it is. */
export interface Report {
  seed: number;
  /** When it began; ISO 8601, UTC. */
  date: string;
  durationMs: number;
  cores: number;
  node: string;
  ledger: 'PGlite' | 'Postgres';
  vendor: Plan['vendor'];
  kills: Kills;
  /** How many purchases of each operation. */
  operations: Record<string, number>;
  rows: Row[];
  total: Row;
  /** What is doubled, lost or wrong, one by one. */
  bad: Judged[];
  /** Orders at the vendor that are of no purchase. */
  strays: string[];
}

const BAD: readonly Verdict[] = ['doubled', 'lost', 'wrong'];

export function reportOf(
  plan: Plan,
  { purchases, strays }: Comparison,
  round: { begun: Date; kills: Kills; ledger: Report['ledger'] },
): Report {
  const faults = ROWS.filter((row) => purchases.some(({ fault }) => fault === row));
  return {
    seed: plan.seed,
    date: round.begun.toISOString(),
    durationMs: Date.now() - round.begun.getTime(),
    cores: cpus().length,
    node: process.versions.node,
    ledger: round.ledger,
    vendor: plan.vendor,
    kills: round.kills,
    operations: operationsOf(plan),
    rows: faults.map((fault) =>
      rowOf(
        fault,
        purchases.filter((one) => one.fault === fault),
      ),
    ),
    total: rowOf('total', purchases),
    bad: purchases.filter(({ verdict }) => BAD.includes(verdict)),
    strays,
  };
}

function operationsOf({ starts }: Plan): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { request } of starts.flat()) {
    const operation = operationOf(request);
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return counts;
}

export function isGood({ bad, strays }: Report): boolean {
  return bad.length === 0 && strays.length === 0;
}

function rowOf(fault: string, purchases: readonly Judged[]): Row {
  const count = (wanted: Verdict) => purchases.filter(({ verdict }) => verdict === wanted).length;
  return {
    fault,
    purchases: purchases.length,
    ordersAtVendor: purchases.reduce((sum, { orders }) => sum + orders.length, 0),
    doubled: count('doubled'),
    lost: count('lost'),
    waiting: count('waiting'),
    wrong: count('wrong'),
  };
}

const HEADINGS = [
  'fault',
  'purchases',
  'orders at the vendor',
  'doubled',
  'lost',
  'waiting rightly',
  'wrong',
];

/** The report for people: a Markdown table and what there is to say of the round. */
export function inWords(report: Report): string {
  const { rows, total, bad, strays } = report;
  return [
    table([HEADINGS, ...[...rows, total].map((row) => Object.values(row).map(String))]),
    '',
    roundInWords(report),
    ...bad.map(({ requestId, fault, verdict, why, orders }) => {
      const seen = orders.length === 0 ? '' : ` Orders at the vendor: ${orders.join(', ')}.`;
      return `${verdict.toUpperCase()}: ${requestId} (${fault}): ${why}.${seen}`;
    }),
    ...strays.map((orderNo) => `WRONG: the vendor has ${orderNo}, which is of no purchase of this round.`),
  ].join('\n');
}

function roundInWords({
  seed,
  date,
  durationMs,
  cores,
  node,
  ledger,
  vendor,
  kills,
  operations,
}: Report): string {
  const failPoints = listed(kills.failPoints);
  const byThemselves = listed(kills.byThemselves);
  return [
    `Seed ${seed}, ${date.slice(0, 16).replace('T', ' ')} UTC, ${Math.round(durationMs / 1_000)} s, ${cores} cores, Node ${node}, ledger on ${ledger}.`,
    `Operations: ${listed(operations)}.`,
    `The vendor ${vendor.returnPoNumber ? 'shows' : 'does not show'} references; times of creation: ${vendor.createTimeUnit}; its list: ${vendor.orderListOrder}.`,
    `Killed: workers ${kills.worker}, ${killedInWords(kills)}; workers at fail points: ${failPoints}.`,
    `Ended by themselves, and started again: ${byThemselves}.`,
  ].join('\n');
}

/** On a cluster by name: Temporal's processes and Postgres. */
function killedInWords({ server, temporal, ledger, ofCluster }: Kills): string {
  if (Object.keys(ofCluster).length === 0) return `Temporal ${temporal}, ledger ${ledger}`;
  return `HTTP servers ${server}, ${listed(ofCluster)}`;
}

function listed(counts: Record<string, number>): string {
  const entries = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return entries.length === 0 ? 'none' : entries.join(', ');
}

/** Columns as wide as their widest cell: as prettier writes them, and easy to read on a terminal. */
function table(lines: string[][]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(lines[0]!), line(rule), ...lines.slice(1).map(line)].join('\n');
}
