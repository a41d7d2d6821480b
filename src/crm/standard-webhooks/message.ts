import { isLosslessNumber, type LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { DEAL_ID, type Facts, type LineItem } from '../../orders/deal';
import { digitsOf } from '../../orders/digits';
import { listAtMostTen } from '../../orders/names';
import { MessageRefused, type DealEvent } from '../crm-account';
import { isRecord } from '../lossless';
import type { NamedFields } from '../source';

const TYPES = ['deal.won', 'deal.lost', 'deal.changed'];

const number = (digits: RegExp) =>
  z.custom<LosslessNumber>((value) => isLosslessNumber(value) && digits.test(digitsOf(value.value)));

const ID = 'text of 1 to 60 characters out of A-Z a-z 0-9 . _ -, or a whole number';
const dealId = z
  .union([z.string().regex(DEAL_ID, { error: ID }), number(/^\d{1,60}$/)], { error: ID })
  .transform((value) => (isLosslessNumber(value) ? digitsOf(value.value) : value));

const fact = z
  .union([z.string(), number(/./)], { error: 'text or a number' })
  .transform((value) => (isLosslessNumber(value) ? digitsOf(value.value) : value.trim()));
const given = fact.refine((text) => text !== '', { error: 'text or a number, not empty' });

const TIME = 'a time of ISO 8601 with its zone, such as 2026-11-23T09:14:02Z';
const time = z.iso.datetime({ offset: true, error: TIME }).transform((text) => new Date(text).toISOString());

const facts = z.record(z.string(), fact, { error: 'an object of texts and numbers' });

const lineItem = z.strictObject(
  { sku: given, name: fact.optional(), quantity: given },
  { error: 'an object with sku, quantity and, if you like, name' },
);

const messageSchema = z.strictObject({
  type: z.string(),
  timestamp: time,
  data: z.strictObject(
    {
      dealId,
      wonAt: time.optional(),
      fields: facts.optional(),
      company: facts.optional(),
      lineItems: z.array(lineItem, { error: 'a list of line items' }).optional(),
    },
    { error: 'an object, the deal' },
  ),
});

/**
 * Reads the deal that a signed message holds, and keeps of its fields the named ones.
 *
 * @param message parsed without loss; undefined when it was no JSON
 * @returns undefined when it is of a type not known here
 * @throws MessageRefused MessageUnreadable with the fields that break the contract
 */
export function readDealMessage(message: unknown, named: NamedFields): DealEvent | undefined {
  if (!isRecord(message)) throw unreadable(['body: expected a JSON object']);
  const { type } = message;
  if (typeof type !== 'string') throw unreadable([`type: expected text, such as ${TYPES.join(', ')}`]);
  if (!TYPES.includes(type)) return undefined;
  const checked = messageSchema.safeParse(message);
  if (!checked.success) throw unreadable(checked.error.issues.flatMap(problemsOf));
  const { data, timestamp } = checked.data;
  const isWon = type !== 'deal.lost';
  return {
    dealId: data.dealId,
    kind: type === 'deal.won' ? 'won' : 'changed',
    content: {
      dealId: data.dealId,
      isWon,
      ...(isWon && data.wonAt !== undefined && { wonAt: data.wonAt }),
      toldAt: timestamp,
      fields: pick(data.fields, named.deal),
      company: pick(data.company, named.company),
      lineItems: (data.lineItems ?? []).map(lineItemOf),
    },
  };
}

function pick(all: Facts = {}, names: readonly string[]): Facts {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(all, name) ? all[name] : undefined;
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

function lineItemOf({ sku, name, quantity }: z.output<typeof lineItem>): LineItem {
  return { sku, quantity, ...(name !== undefined && name !== '' && { name }) };
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${pathOf([...issue.path, key])}: there is no such field`);
  }
  return [`${pathOf(issue.path)}: expected ${issue.message}`];
}

/** Names come from the message: they must not forge a line of the log. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) =>
      String(key)
        .replace(/[^\w.-]/g, '?')
        .slice(0, 60),
    )
    .join('.');
}

function unreadable(problems: readonly string[]): MessageRefused {
  return new MessageRefused(
    'MessageUnreadable',
    `The message breaks the contract: ${listAtMostTen(problems)}.`,
  );
}
