import { z } from 'zod';
import { anOperation, aProduct } from '../../domain/operation-words';
import { foldName } from '../../domain/names';
import { present } from '../../domain/optional';
import { OPERATIONS, PRODUCTS, type Product } from '../../domain/request';
import type { OperationSource, WordSource } from '../license-rules';
import {
  count,
  DEFAULT_OR_REQUIRED,
  hasOnePlace,
  isDefaultOrRequired,
  ONE_PLACE,
  part,
  skus,
  text,
} from './fact-schema';

/** One of our words; of others that somebody may well write it is said why they are not taken. */
function word<Word extends string>(words: readonly Word[], expected: (came?: string) => string) {
  return text(expected()).transform((came, context) => {
    const found = words.find((one) => one === came);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: expected(came), input: came });
    return z.NEVER;
  });
}

const ONCE = 'each value once, compared without case and blanks';

/** Two values that are one to the comparison could stand for two words. */
function wordsByValue<Word extends z.ZodType>(one: Word, what: string) {
  return skus(one, `values of the field, each with the ${what} it stands for`).superRefine(
    (words, context) => {
      const seen = new Set<string>();
      for (const value of Object.keys(words)) {
        if (seen.has(foldName(value))) {
          const params = { received: 'a value that stands there already' };
          context.addIssue({ code: 'custom', message: ONCE, path: [value], params });
        }
        seen.add(foldName(value));
      }
    },
  );
}

function wordKeys<Word extends z.ZodType>(one: Word, what: string) {
  return {
    deal: text('the name of a field of the deal').exactOptional(),
    company: text('the name of a field of the company').exactOptional(),
    words: wordsByValue(one, what).exactOptional(),
    default: one.exactOptional(),
    // Whatever is not told and has no default waits: false would promise something else.
    required: z
      .literal(true, { error: `true: a deal that does not tell its ${what} waits, or has the default` })
      .exactOptional(),
  };
}

const NEEDS_WORDS = { path: ['words'], error: 'values of the field, each with what it stands for' };

function toWordSource<Word extends string>(value: {
  deal?: string;
  company?: string;
  words?: Readonly<Record<string, Word>>;
  default?: Word;
}): WordSource<Word> {
  const [from, field] =
    value.deal !== undefined ? (['deal', value.deal] as const) : (['company', value.company!] as const);
  // The refinements have just proven that there are words.
  return { from, field, words: value.words!, ...present({ default: value.default }) };
}

/** One of our operations. */
export const operationWord = word(OPERATIONS, anOperation);

const OPERATION =
  `${anOperation()}, or { deal: field, words: { value: operation } }, ` +
  'or { company: field, words: … }, or { skus: { SKU: operation } }';

/** Which operation a deal is. */
export const operation = z.union(
  [
    operationWord.transform((found): OperationSource => ({ from: 'rule', word: found })),
    part(
      {
        skus: skus(operationWord, 'SKUs, each with the operation it stands for').exactOptional(),
        ...wordKeys(operationWord, 'operation'),
      },
      OPERATION,
    )
      .refine((value) => count(value, ['skus', 'deal', 'company']) === 1, {
        error: 'exactly one of skus, deal and company',
      })
      .refine(({ skus: listed, words }) => listed !== undefined || words !== undefined, NEEDS_WORDS)
      .refine(({ skus: listed, words }) => listed === undefined || words === undefined, {
        error: 'no words beside skus: each SKU stands for an operation',
      })
      .refine(isDefaultOrRequired, { error: DEFAULT_OR_REQUIRED })
      .transform(({ skus: listed, ...rest }): OperationSource =>
        listed === undefined
          ? toWordSource(rest)
          : { from: 'skus', skus: listed, ...present({ default: rest.default }) },
      ),
  ],
  { error: OPERATION },
);

const productWord = word(PRODUCTS, aProduct);

const PRODUCT = `${aProduct()}, or { deal: field, words: { value: product } }, or { company: field, words: … }`;

/** Which product a deal is of. */
export const product = z.union(
  [
    productWord.transform((found): WordSource<Product> => ({ from: 'rule', word: found })),
    part(wordKeys(productWord, 'product'), PRODUCT)
      .refine(hasOnePlace, { error: ONE_PLACE })
      .refine(({ words }) => words !== undefined, NEEDS_WORDS)
      .refine(isDefaultOrRequired, { error: DEFAULT_OR_REQUIRED })
      .transform((value) => toWordSource(value)),
  ],
  { error: PRODUCT },
);
