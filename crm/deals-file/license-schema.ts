import { z } from 'zod';
import { OURSELVES } from '../../domain/deal';
import { BILLING_CYCLES } from '../../domain/request';
import { A_WHOLE_NUMBER, type LicenseRules, type ServiceBySku } from '../license-rules';
import {
  checkFixed,
  checkNumber,
  fact,
  factOrSkus,
  numberFact,
  part,
  reference,
  skus,
  text,
} from './fact-schema';
import { operation, product } from './operation-schema';
import { lacksOf } from './whole-rules';

const plan = factOrSkus(
  skus(text('the name of a plan'), 'SKUs, each with the plan it stands for'),
  'the name of a plan, or { skus: { SKU: plan } }, or { deal: field }, or { company: field }',
);

const ADDED = `${A_WHOLE_NUMBER}, or { skus: [SKU] }, or { deal: field }, or { company: field }`;
const A_LIST_OF_SKUS = 'a list of SKUs';

const added = factOrSkus(
  z.array(text('a SKU'), { error: A_LIST_OF_SKUS }).min(1, { error: A_LIST_OF_SKUS }),
  ADDED,
).superRefine((source, context) => {
  if ('fact' in source) checkNumber(source.fact, A_WHOLE_NUMBER, Number.MAX_SAFE_INTEGER, context);
});

const SERVICE = 'the name of a service, or { service: name, byQuantity: true }';

const serviceBySku = z.union(
  [
    text(SERVICE).transform((service): ServiceBySku => ({ service, byQuantity: false })),
    part(
      {
        service: text('the name of a service'),
        byQuantity: z.boolean({ error: 'true or false' }).default(false),
      },
      SERVICE,
    ),
  ],
  { error: SERVICE },
);

const SERVICES = 'a list of names of services, or { skus: { SKU: service } }';

const services = z.union(
  [
    z.array(text('the name of a service'), { error: SERVICES }).transform((names) => ({ names })),
    part({ skus: skus(serviceBySku, 'SKUs, each with the service it stands for') }, SERVICES),
  ],
  { error: SERVICES },
);

const USER = 'the user a new license is for';

const WHOM = `exactly one of partnerId, email, company, to name ${USER}, or the word ${OURSELVES}`;

/** Whom a new license is for. Nobody told is not oneself: that is said in words. */
const partner = z.union(
  [
    text(WHOM)
      .refine((word) => word === OURSELVES, { error: WHOM })
      .transform(() => OURSELVES),
    reference(['partnerId', 'email', 'company'], USER).refine(
      ({ fact: source }) => source.from === 'rule' || source.required !== false,
      {
        error: `a user that is told: a deal that does not tell it waits. For yourself: partner: ${OURSELVES}`,
      },
    ),
  ],
  { error: WHOM },
);

const A_CYCLE = `one of ${BILLING_CYCLES.join(', ')}`;

const billingCycle = fact(A_CYCLE).superRefine((source, context) =>
  checkFixed(source, A_CYCLE, (value) => BILLING_CYCLES.some((cycle) => cycle === value), context),
);

const LICENSE = 'the keys plan and years, and what else is known of the license';

/** The part `license` of a source. */
export const licenseSchema = part(
  {
    operation: operation.exactOptional(),
    product: product.exactOptional(),
    serialNumber: fact('the serial number of the PBX').exactOptional(),
    partner: partner.exactOptional(),
    plan,
    extensions: numberFact(A_WHOLE_NUMBER, Number.MAX_SAFE_INTEGER).exactOptional(),
    addExtensions: added.exactOptional(),
    addConcurrentCalls: added.exactOptional(),
    services: services.exactOptional(),
    years: numberFact('a whole number from 1 to 5', 5).exactOptional(),
    billingCycle: billingCycle.exactOptional(),
    billingContact: reference(
      ['billingContactId', 'email', 'company'],
      'the billing contact',
    ).exactOptional(),
    activationMailTo: reference(
      ['partnerId', 'email', 'company'],
      'the user who gets the activation mail too',
    ).exactOptional(),
    poNumber: fact('a purchase order number').exactOptional(),
  },
  LICENSE,
).superRefine(
  (rules, context) => {
    for (const { key, expected } of lacksOf(rules)) {
      context.addIssue({ code: 'custom', path: [key], message: expected });
    }
  },
  // Whatever else is wrong with the part.
  { when: ({ value }) => typeof value === 'object' && value !== null && 'plan' in value },
) satisfies z.ZodType<LicenseRules>;
