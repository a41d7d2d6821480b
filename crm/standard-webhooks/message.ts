import { isLosslessNumber, type LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { isTooLarge, type Facts } from '../../domain/deal';
import { DEAL_ID } from '../../domain/deal-ids';
import { digitsOf } from '../../validation/json-text';
import { listAtMostTen } from '../../domain/names';
import { A_TIME, utcOf } from '../../domain/time';
import { isBlank, plainText } from '../../domain/visible-text';
import { MessageRefused, type DealEvent } from '../deal-receiver';
import { factOf, factsBy, isJsonObject, lineItemWith, nameInLog, textOf } from '../lossless';
import type { NamedFields } from '../license-rules';

const TYPES = ['deal.won', 'deal.lost', 'deal.changed'];

const number = (digits: RegExp) =>
  z.custom<LosslessNumber>((value) => isLosslessNumber(value) && digits.test(digitsOf(value.value)));

const ID = 'text of 1 to 60 characters out of A-Z a-z 0-9 . _ -, or a whole number';
const dealId = z
  .union([z.string().overwrite(plainText).regex(DEAL_ID, { error: ID }), number(/^\d{1,60}$/)], {
    error: ID,
  })
  .transform((value) => (isLosslessNumber(value) ? digitsOf(value.value) : value));

/** What may be left out; null and "" mean the same. */
const orNothing = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (isBlank(value) ? undefined : value), schema.optional()).optional();

const fact = z
  .unknown()
  .refine((value) => isBlank(value) || factOf(value) !== undefined, {
    error: 'text, a number, or true or false',
  })
  .transform(factOf);

const time = z
  .string({ error: A_TIME })
  .refine((text) => utcOf(text) !== undefined, { error: A_TIME })
  .transform((text) => utcOf(text)!);

const facts = z.record(z.string(), fact, { error: 'an object of texts and numbers' });

const lineItem = z.strictObject(
  { sku: fact.optional(), name: fact.optional(), quantity: fact.optional() },
  { error: 'an object with sku, quantity and, if you like, name' },
);

const messageSchema = z.strictObject({
  type: z.string(),
  timestamp: time,
  data: z.strictObject(
    {
      dealId,
      wonAt: orNothing(time),
      fields: orNothing(facts),
      company: orNothing(facts),
      lineItems: orNothing(z.array(orNothing(lineItem), { error: 'a list of line items' })),
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
  if (!isJsonObject(message)) throw unreadable(['body: expected a JSON object']);
  const type = textOf(message.type);
  if (type === undefined) throw unreadable([`type: expected text, such as ${TYPES.join(', ')}`]);
  if (!TYPES.includes(type)) return undefined;
  const checked = messageSchema.safeParse({ ...message, type });
  if (!checked.success) throw unreadable(checked.error.issues.flatMap(problemsOf));
  const { data, timestamp } = checked.data;
  const isWon = type !== 'deal.lost';
  const content = {
    dealId: data.dealId,
    isWon,
    ...(isWon && data.wonAt !== undefined && { wonAt: data.wonAt }),
    toldAt: timestamp,
    fields: pick(data.fields, named.deal),
    company: pick(data.company, named.company),
    lineItems: (data.lineItems ?? [])
      .filter((item) => item !== undefined)
      .map(({ sku, name, quantity }) => lineItemWith(sku, name, quantity)),
  };
  if (isTooLarge(content)) throw unreadable(['data: expected at most 50,000 characters of JSON']);
  return { dealId: data.dealId, kind: type === 'deal.won' ? 'won' : 'changed', content };
}

function pick(all: Record<string, string | undefined> = {}, names: readonly string[]): Facts {
  return factsBy(names, (name) => (Object.hasOwn(all, name) ? all[name] : undefined));
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${pathOf([...issue.path, key])}: there is no such field`);
  }
  return [`${pathOf(issue.path)}: expected ${issue.message}`];
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((key) => nameInLog(String(key))).join('.');
}

function unreadable(problems: readonly string[]): MessageRefused {
  return new MessageRefused(
    'MessageUnreadable',
    `The message breaks the contract: ${listAtMostTen(problems)}.`,
  );
}
