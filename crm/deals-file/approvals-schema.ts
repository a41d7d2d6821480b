import { z } from 'zod';
import { A_DURATION, readDuration } from '../../config/duration';
import { DOORS, type ApprovalRule } from '../../domain/approval-rules';
import { present } from '../../domain/optional';
import { A_WHOLE_NUMBER, readWholeNumber } from '../license-rules';
import { part, text } from './fact-schema';
import { operationWord } from './operation-schema';

/** A list with something in it; a bare value could be meant as one of several. */
function list<Entry extends z.ZodType>(entry: Entry, what: string) {
  const expected = `a list of ${what}, such as [one, another]`;
  return z.array(entry, { error: expected }).min(1, { error: expected });
}

const AT_LEAST = `{ atLeast: number }, and the number is ${A_WHOLE_NUMBER}`;

const atLeast = part(
  {
    atLeast: text(AT_LEAST)
      .refine((count) => readWholeNumber(count) !== undefined, { error: AT_LEAST })
      .transform((count) => readWholeNumber(count)!),
  },
  AT_LEAST,
);

const ONE_OR_TWO = '1 or 2';

const remindAfter = z
  .string({ error: A_DURATION })
  .refine((value) => (readDuration(value) ?? 0) > 0, { error: A_DURATION })
  .transform((value) => readDuration(value)!);

const rule = part(
  {
    name: text('the name of the rule, as people are shown it'),
    people: z
      .enum(['1', '2'], { error: ONE_OR_TWO })
      .prefault('1')
      .transform((people) => (people === '2' ? 2 : 1)),
    remindAfter: remindAfter.exactOptional(),
    extensions: atLeast.exactOptional(),
    years: atLeast.exactOptional(),
    plan: list(text('the name or id of a plan'), 'plans').exactOptional(),
    services: list(text('the name or id of a service'), 'services').exactOptional(),
    operation: list(operationWord, 'operations').exactOptional(),
    partner: list(text('the id, e-mail address or company of a partner'), 'partners').exactOptional(),
    source: list(text('the name of a source'), 'sources').exactOptional(),
  },
  'a rule: name, people, remindAfter, and what it is about',
).transform(({ remindAfter: remindAfterMs, ...rest }): ApprovalRule => ({
  ...rest,
  ...present({ remindAfterMs }),
}));

/** When people approve an order before it is made. Numbers are text here. */
export const approvals = z
  .array(rule, { error: 'a list of rules, each with a name' })
  .superRefine((rules, context) => {
    const seen = new Set<string>();
    rules.forEach(({ name }, at) => {
      if (seen.has(name)) {
        const params = { received: 'a name that another rule has' };
        context.addIssue({ code: 'custom', message: 'a name of its own', path: [at, 'name'], params });
      }
      seen.add(name);
    });
  })
  .default([]);

/** A source that there is none of would never be asked about. */
export function checkSources(
  rules: readonly ApprovalRule[],
  sources: readonly string[],
  context: z.RefinementCtx,
): void {
  const known = [...sources, ...DOORS];
  rules.forEach(({ source = [] }, at) =>
    source.forEach((name, place) => {
      if (known.includes(name)) return;
      const path = ['approvals', at, 'source', place];
      context.addIssue({ code: 'custom', message: `one of ${known.join(', ')}`, path });
    }),
  );
}
