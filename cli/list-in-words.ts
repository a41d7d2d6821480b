import type { DealDraft } from '../domain/deal';
import { inUnits } from '../domain/length-of-time';
import { operationOf } from '../domain/request';
import { localTime, momentInWords } from '../config/local-time';
import { tableInWords, type Column } from './table';

/** How a page of a list was asked for. */
export interface Asked {
  status?: string | undefined;
  limit?: number | undefined;
  wide?: boolean | undefined;
}

interface Listed {
  createdAt: Date;
}

/**
 * A page of a list: when it was read, in which zone, a table, and how the next page is asked for.
 *
 * @param command that lists them
 * @param zone that of the machine without one
 */
export function listInWords<Thing extends Listed>(
  { things, next }: { things: readonly Thing[]; next?: string | undefined },
  columns: readonly Column<Thing>[],
  { command, asked, zone }: { command: string; asked: Asked; zone?: string | undefined },
): string {
  const { status, limit, wide: isWide = false } = asked;
  const all = isWide ? [columnOfTimes<Thing>(zone), ...columns] : columns;
  const options = [
    ...(status === undefined ? [] : [`--status ${status}`]),
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
    ...(isWide ? ['--wide'] : []),
  ];
  return [
    `As of ${momentInWords(new Date(), zone)}`,
    tableInWords(things, all, { isWide }),
    ...(next === undefined ? [] : [`more: ${[command, ...options, '--after', next].join(' ')}`]),
  ].join('\n');
}

function columnOfTimes<Thing extends Listed>(zone: string | undefined): Column<Thing> {
  return {
    head: 'SINCE',
    cell: ({ createdAt }) => {
      const { date, time } = localTime(createdAt, zone);
      return `${date} ${time}`;
    },
  };
}

/** How long a thing has been in the ledger. */
export function columnOfAges<Thing extends Listed>(): Column<Thing> {
  return { head: 'AGE', cell: ({ createdAt }) => inUnits(Date.now() - createdAt.getTime(), 1) };
}

/** Whom an order is for: the PBX, or the user; `ourselves` of a new license that nobody else is named for. */
export function whomFor({ license }: DealDraft): string | undefined {
  if (license === undefined) return undefined;
  if (license.kind === 'existing') return license.serialNumber;
  return license.partner === undefined ? 'ourselves' : Object.values(license.partner).join();
}

/** The plan, and what is ordered of it where that is no purchase. */
export function planOf(request: DealDraft): string | undefined {
  const operation = operationOf(request);
  if (operation === 'purchase') return request.plan;
  return request.plan === undefined ? operation : `${operation} ${request.plan}`;
}
