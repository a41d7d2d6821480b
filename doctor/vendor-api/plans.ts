import { readCatalogue, type Catalogue } from '../../portal/catalogue';
import { isRecord, textOf } from '../../portal/envelope';
import { PortalError } from '../../portal/portal-error';
import { productIdOf } from '../../portal/products';
import { asExpected, handled, notChecked, notHandled, REPORT_IT, type Finding, type Row } from '../row';
import { lookAll, lookAtRead, noneChecked, type Assumption } from './assumption';
import { failedRead } from './failed-read';
import { entriesIn } from './people';
import { keysIn, shapeOf, typeOf } from './shape';
import type { RawRead, VendorAccount } from './vendor-account';

const PATH = '/pricing/openapi/purchase/v1';
const PRODUCTS_PAGE = 'Query Available Subscription Products';
const PLANS_PAGE = 'Query Available Subscription / Trial Plans and Services for a Product';
const PRODUCT_ID = productIdOf('software');

interface SeenPlans {
  account: VendorAccount;
  forNew: RawRead;
  forPbx: RawRead | undefined;
  /** What may be bought, by the first of the two that can be read. */
  result: unknown;
  catalogue: Catalogue | undefined;
}

/** @param serialNumber of a PBX of the account */
export async function checkPlans(account: VendorAccount, serialNumber?: string): Promise<Row[]> {
  const products = await lookAtRead(await account.read(`${PATH}/product_list`), PRODUCTS);
  const ask = (productNo?: string) =>
    account.read(`${PATH}/purchase_product_info`, { productId: PRODUCT_ID, productNo });
  const forNew = await ask();
  const forPbx = serialNumber === undefined ? undefined : await ask(serialNumber);
  const good = [forNew, forPbx].find((read) => read?.isGood);
  const catalogue = good && catalogueIn(good.result);
  const seen = { account, forNew, forPbx, result: good?.result, catalogue };
  return [...products, ...(await lookAll(seen, PLANS))];
}

export function plansNotChecked(why: string): Row[] {
  return [...noneChecked(PRODUCTS, why), ...noneChecked(PLANS, why)];
}

const PRODUCTS: Assumption<unknown>[] = [
  {
    what: 'products: list',
    page: PRODUCTS_PAGE,
    look: (result) => {
      const entries = entriesIn(result);
      const seen = `${typeOf(result)} of ${entries.length}; ${shapeOf(entries[0] ?? {})}`;
      const isUsual =
        Array.isArray(result) &&
        entries.every(({ name, productId }) => typeof name === 'string' && typeOf(productId) === 'number');
      return isUsual ? asExpected(seen) : handled(seen, 'Nothing: Wonce does not read it.');
    },
  },
  {
    what: 'products: Software Edition',
    page: PRODUCTS_PAGE,
    look: (result) => {
      const isSold = entriesIn(result).some(({ productId }) => textOf(productId) === String(PRODUCT_ID));
      if (isSold) return asExpected(`product ${PRODUCT_ID} may be bought`);
      return notHandled(
        `product ${PRODUCT_ID} is not in the list`,
        'Ask your account manager at the vendor to let this account buy P-Series Software Edition.',
      );
    },
  },
];

const PLANS: Assumption<SeenPlans>[] = [
  {
    what: 'plans: for a new license',
    page: PLANS_PAGE,
    look: ({ forNew }) => askedFinding(forNew, 'New licenses cannot be bought.'),
  },
  {
    what: 'plans: for a PBX',
    page: PLANS_PAGE,
    look: ({ forPbx }) =>
      forPbx === undefined
        ? notChecked('the account has no PBX yet')
        : askedFinding(forPbx, 'Nothing can be bought for a PBX.'),
  },
  { what: 'plans: recognised', page: PLANS_PAGE, look: ofGood(recognisedFinding) },
  { what: 'plans: ids', page: PLANS_PAGE, look: ofGood(idsFinding) },
  { what: 'plans: services stand with them', page: PLANS_PAGE, look: ofGood(nestingFinding) },
  {
    what: 'plans: by id',
    page: 'Query Information about the Plan Available for Subscription',
    look: (seen) => byIdFinding(seen, 'plan_info', seen.catalogue?.plans[0]?.planId),
  },
  {
    what: 'services: by id',
    page: 'Query Information about the Service Available for Subscription',
    look: (seen) => byIdFinding(seen, 'add_on_info', seen.catalogue?.services[0]?.serviceId),
  },
];

function ofGood(look: (seen: SeenPlans) => Finding) {
  return (seen: SeenPlans) => (seen.result === undefined ? notChecked('plans cannot be read') : look(seen));
}

function askedFinding(read: RawRead, consequence: string): Finding {
  if (read.isGood) return asExpected('answered');
  const { seen, next } = failedRead(read);
  return notHandled(seen, `${consequence} ${next}`);
}

function recognisedFinding({ result, catalogue }: SeenPlans): Finding {
  const keys = `keys: ${keysIn(result)}`;
  if (catalogue === undefined) {
    return notHandled(`no plan is recognised; ${keys}`, `Nothing can be bought. ${REPORT_IT}`);
  }
  const { plans, services } = catalogue;
  const counts = `${plans.length} plans, ${services.length} services`;
  const isNamed = plans.every(({ name, planId }) => name !== planId);
  const words = `${counts}; ${keys}`;
  if (isNamed) return asExpected(words);
  return handled(`${words}; plans without names`, 'Requests and deals have to name plans by their ids.');
}

const ID_KEYS = ['planId', 'serviceId', 'pricingPlanId', 'pricingServiceId'];

function idsFinding({ result }: SeenPlans): Finding {
  const types = new Map<string, Set<string>>();
  collectIds(result, types, 0);
  const words = [...types].map(([key, set]) => `${key}: ${[...set].join(' or ')}`).join(', ');
  if (types.size === 0) return notChecked('no ids under the names that are known');
  const isText = [...types.values()].every((set) => set.size === 1 && set.has('text'));
  const isUsual = isText && !['pricingPlanId', 'pricingServiceId'].some((key) => types.has(key));
  return isUsual ? asExpected(words) : handled(words, 'Nothing: every digit of them is kept.');
}

function collectIds(value: unknown, types: Map<string, Set<string>>, depth: number): void {
  if (depth > 12) return;
  if (Array.isArray(value)) value.forEach((one) => collectIds(one, types, depth + 1));
  if (!isRecord(value)) return;
  for (const [key, one] of Object.entries(value)) {
    if (ID_KEYS.includes(key)) types.set(key, (types.get(key) ?? new Set()).add(typeOf(one)));
    else collectIds(one, types, depth + 1);
  }
}

function nestingFinding({ catalogue }: SeenPlans): Finding {
  const { services = [] } = catalogue ?? {};
  if (services.length === 0) return notChecked('no services are seen');
  const alone = services.filter(({ planId }) => planId === undefined).length;
  if (alone === 0) return asExpected('each with its plan');
  return handled(
    `${alone} of ${services.length} say no plan`,
    'Nothing: which service goes with which plan is then left to the vendor to refuse.',
  );
}

/** Whether the id of a plan is what the vendor's page calls its pricing id is not documented. */
async function byIdFinding(
  { account }: SeenPlans,
  endpoint: string,
  id: string | undefined,
): Promise<Finding> {
  if (id === undefined) return notChecked('no id is known');
  const path = `${PATH}/purchase/${endpoint}/${encodeURIComponent(id)}`;
  const read = await account.read(path, { productId: PRODUCT_ID });
  if (read.isGood) return asExpected(`keys: ${keysIn(read.result)}`);
  const { seen } = failedRead(read);
  return handled(
    seen,
    'Nothing: for a purchase it is not needed. Prices and quantities may stand there: report it.',
  );
}

function catalogueIn(result: unknown): Catalogue | undefined {
  try {
    return readCatalogue(result);
  } catch (error) {
    if (error instanceof PortalError) return undefined;
    throw error;
  }
}
