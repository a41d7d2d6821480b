import { z } from 'zod';
import { mapDeal } from '../crm/deal-to-request';
import { readDealsRules, type SourceRules } from '../crm/deals-file/deals-file';
import { orderToApprove, ruleInWords, rulesFor, type ApprovalRule } from '../domain/approval-rules';
import type { Deal, MappedDeal } from '../domain/deal';
import { DEAL_ID, dealKeyIn, dealKeyOf } from '../domain/deal-ids';
import type { ErrorCode } from '../domain/error-catalogue';
import { readJsonText } from '../validation/json-text';
import { dealWithoutLeftOut } from '../domain/left-out';
import { A_TIME, readTime } from '../domain/time';
import { plainText } from '../domain/visible-text';
import { ClientError } from '../client/client-error';

/** The deal to check is none: what is wrong with it. */
export class DealFileError extends Error {
  override readonly name = 'DealFileError';
  readonly code = 'DealFileInvalid' satisfies ErrorCode;
}

/** What a deal would come to. */
export type DealCheck = {
  source: string;
  /** `<crm>:<account>:<dealId>` */
  deal: string;
  /** Why it would not be bought by itself, though nothing is missing. */
  remarks: string[];
} & MappedDeal;

/**
 * Which request a deal would become by the rules of a source, or what is missing for one.
 *
 * @param dealText a `Deal` as JSON
 * @param sourceName may be left out when the file has one source
 * @param env of the secrets those that are set are checked
 * @throws DealsFileError, DealFileError, ClientError WrongUse (no such source, or several and none named)
 */
export function checkDeals(
  yamlText: string,
  dealText: string,
  { sourceName, env = {} }: { sourceName?: string | undefined; env?: NodeJS.ProcessEnv } = {},
): DealCheck {
  const { sources, approvals } = readDealsRules(yamlText, env);
  const source = chooseSource(sources, sourceName);
  const deal = readDeal(dealText);
  const mapped = mapDeal(deal, source.license, {});
  const request = 'request' in mapped ? mapped.request : undefined;
  const rules = request === undefined ? [] : rulesFor(orderToApprove(request, [source.name]), approvals);
  return {
    source: source.name,
    deal: keyOf(source, deal),
    remarks: [...remarksOn(deal, source.since), ...rules.map(remarkOnRule)],
    ...mapped,
  };
}

function chooseSource(sources: SourceRules[], name: string | undefined): SourceRules {
  const names = sources.map((source) => source.name).join(', ');
  if (name === undefined) {
    const [only, ...more] = sources;
    if (only !== undefined && more.length === 0) return only;
    throw new ClientError('WrongUse', `The file has several sources: say --source and one of ${names}.`);
  }
  const named = sources.find((source) => source.name === name);
  if (named !== undefined) return named;
  throw new ClientError('WrongUse', `The file has no source "${name}"; it has ${names}.`);
}

function keyOf({ crm, account }: SourceRules, { dealId }: Deal): string {
  const key = dealKeyIn(dealKeyOf({ crm, account, dealId }));
  if (key !== undefined) return key;
  throw new DealFileError(
    `The deal cannot be read. dealId: expected an id of Salesforce with 15 characters, or 18 of which the last three fit; came ${dealId}. See docs/deals.md.`,
  );
}

function remarksOn({ isWon, wonAt }: Deal, since: Date): string[] {
  if (!isWon) return ['It is not won: nothing would be bought.'];
  if (wonAt === undefined || readTime(wonAt)! >= since.getTime()) return [];
  return [`It was won at ${wonAt}, before ${since.toISOString()}: a person would be asked.`];
}

/** A rule about what only the vendor tells is looked at when the order is made. */
function remarkOnRule(rule: ApprovalRule): string {
  return `It would wait for approval: ${ruleInWords(rule)}.`;
}

const text = (expected: string) => z.string({ error: expected });
const facts = z.record(z.string(), text('text, in quotes'), { error: 'an object of names and texts' });
const A_DEAL_ID = 'the id of the deal as text: 1 to 60 characters out of A-Z a-z 0-9 . _ -';

const dealSchema = z.strictObject(
  {
    dealId: text(A_DEAL_ID).overwrite(plainText).regex(DEAL_ID, { error: A_DEAL_ID }),
    isWon: z.boolean({ error: 'true or false' }),
    wonAt: text(A_TIME)
      .refine((time) => readTime(time) !== undefined, { error: A_TIME })
      .exactOptional(),
    fields: facts.default({}),
    company: facts.default({}),
    lineItems: z
      .array(
        z.strictObject(
          {
            sku: text('a SKU as text').exactOptional(),
            name: text('a name as text').exactOptional(),
            quantity: text('a quantity as text, in quotes').exactOptional(),
          },
          { error: 'an object with the keys sku, name and quantity, or some of them' },
        ),
        { error: 'a list of line items' },
      )
      .default([]),
  },
  { error: 'one JSON object with the keys dealId, isWon, wonAt, fields, company and lineItems' },
) satisfies z.ZodType<Deal>;

function readDeal(json: string): Deal {
  const value = parseJson(json);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const result = dealSchema.safeParse(isObject ? dealWithoutLeftOut({ ...value }) : value);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? `; not known here: ${issue.keys.join(', ')}` : '';
    return `${issue.path.map(String).join('.') || 'deal'}: expected ${issue.message}${keys}`;
  });
  throw new DealFileError(`The deal cannot be read. ${lines.join('. ')}. See docs/deals.md.`);
}

function parseJson(json: string): unknown {
  try {
    return readJsonText(json);
  } catch (error) {
    throw new DealFileError(`The deal ${(error as Error).message}.`);
  }
}
