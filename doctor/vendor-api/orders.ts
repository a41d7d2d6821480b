import { createTimeMs } from '../../portal/create-time';
import { isRecord, shortTextOf, textOf } from '../../portal/envelope';

import { listOrders, readOrder } from '../../portal/orders';
import { PortalError } from '../../portal/portal-error';
import { NO_LOG } from '../../portal/paging';
import { asExpected, handled, notChecked, notHandled, REPORT_IT, type Finding, type Row } from '../row';
import { handledBy, lookAll, lookAtRead, noneChecked, type Assumption } from './assumption';
import { failedRead } from './failed-read';
import { PAGE_SIZE, pageAssumptions, type PagedCheck } from './pages';
import { entriesIn, idFinding } from './people';
import { keysIn, shapeOf, typesOf, wordOf } from './shape';
import type { RawRead, VendorAccount } from './vendor-account';

type Entry = Record<string, unknown>;

const PATH = '/order/openapi/order/v1';
const LIST_PAGE = 'Query Order List';
const DETAILS_PAGE = 'Get Order Details';

const ORDERS: PagedCheck = {
  name: 'orders',
  page: LIST_PAGE,
  path: `${PATH}/page`,
  query: {},
  idKey: 'id',
  readAll: async ({ reader }) => {
    let isComplete = false;
    const problem = await handledBy(async () => {
      ({ isComplete } = await listOrders(reader, PAGE_SIZE, () => false, NO_LOG));
    });
    return problem === undefined && isComplete;
  },
};

/** As far as the vendor's page can be read; its seventh begins with `con`. */
const KNOWN_STATUSES = /^(succeed|failed|pending|invalid|cancelled|refunded|con\w*)$/;

const NO_ORDERS = 'the account has no orders yet';
const BY_EVIDENCE =
  'Nothing: an order of unknown outcome is then found by its PBX, plan and time; where those leave a doubt, a person is asked.';

/** @returns the rows, and an order's PBX: one that surely has a plan */
export async function checkOrders(account: VendorAccount): Promise<{ rows: Row[]; serialNumber?: string }> {
  const list = await account.read(ORDERS.path, { pageNo: 1, pageSize: PAGE_SIZE });
  const rows = await lookAtRead(list, [...pageAssumptions(account, ORDERS), ...LIST]);
  const order = newestOf(entriesIn(list.result));
  if (order === undefined) {
    const why = list.isGood ? NO_ORDERS : 'the list of orders cannot be read';
    return { rows: [...rows, ...noneChecked(DETAILS, why)] };
  }
  const seen = await detailsOf(account, order);
  const { details } = seen;
  rows.push(...(await lookAll(seen, DETAILS)));
  const serialNumber = details?.productId === 'software' ? details.productNo : undefined;
  return { rows, ...(serialNumber !== undefined && { serialNumber }) };
}

export function ordersNotChecked(why: string): Row[] {
  return [
    ...noneChecked([...pageAssumptions(undefined, ORDERS), ...LIST], why),
    ...noneChecked(DETAILS, why),
  ];
}

const LIST: Assumption<unknown>[] = [
  {
    what: 'orders: ids',
    page: LIST_PAGE,
    look: (result) => ofOrders(result, (orders) => idFinding(orders, 'id')),
  },
  { what: 'orders: order numbers', page: LIST_PAGE, look: (result) => ofOrders(result, numberFinding) },
  { what: 'orders: createTime', page: LIST_PAGE, look: (result) => ofOrders(result, timeFinding) },
  { what: 'orders: sort order', page: LIST_PAGE, look: (result) => ofOrders(result, sortFinding) },
  { what: 'orders: statuses', page: LIST_PAGE, look: (result) => ofOrders(result, statusFinding) },
  {
    what: 'orders: poNumber in the list',
    page: LIST_PAGE,
    look: (result) => ofOrders(result, referenceFinding),
  },
];

function ofOrders(result: unknown, look: (orders: Entry[]) => Finding): Finding {
  const orders = entriesIn(result);
  return orders.length === 0 ? notChecked(NO_ORDERS) : look(orders);
}

function numberFinding(orders: Entry[]): Finding {
  const types = typesOf(orders, 'orderNo');
  if (types === 'text') return asExpected('orderNo: text');
  const isNamed = orders.every(({ orderNo, id }) => shortTextOf(orderNo) ?? shortTextOf(id));
  if (!isNamed) return notHandled(`orderNo: ${types}, and no id`, REPORT_IT);
  return handled(`orderNo: ${types}`, 'Nothing: such an order is known by its id.');
}

function timeFinding(orders: Entry[]): Finding {
  const types = typesOf(orders, 'createTime');
  const times = orders.map(({ createTime }) => textOf(createTime));
  const known = times.filter((time) => time !== undefined);
  if (known.length === 0) return handled(`createTime: ${types}`, BY_EVIDENCE);
  if (known.some((time) => createTimeMs(time) === undefined)) {
    return notHandled(
      `createTime: ${types}, no moment that can be read`,
      `When an order was made is then not known. ${REPORT_IT}`,
    );
  }
  const unit = unitOf(known[0]!);
  if (types === 'number' && unit === 'ms') return asExpected('createTime: number, in ms');
  return handled(
    `createTime: ${types}, ${unit === 'text' ? 'a date with its zone' : `in ${unit}`}`,
    'Nothing: it is read.',
  );
}

function unitOf(time: string): 'ms' | 's' | 'text' {
  if (!/^\d/.test(time) || /[T:-]/.test(time)) return 'text';
  return createTimeMs(time) === Math.round(Number(time)) ? 'ms' : 's';
}

function sortFinding(orders: Entry[]): Finding {
  const times = orders.flatMap(({ createTime }) => createTimeMs(createTime) ?? []);
  if (new Set(times).size < 2) return notChecked('two orders with different times are needed');
  const isSorted = (sign: number) =>
    times.every((time, index) => index === 0 || sign * (time - times[index - 1]!) >= 0);
  if (isSorted(1)) return asExpected('oldest first');
  if (isSorted(-1)) return asExpected('newest first');
  return handled('neither by time nor against it', 'Nothing: the whole list is read, in whatever order.');
}

function statusFinding(orders: Entry[]): Finding {
  const statuses = [...new Set(orders.map(({ orderStatus }) => textOf(orderStatus)))];
  const words = statuses.map((status) => (status === undefined ? 'missing' : wordOf(status))).join(', ');
  if (statuses.every((status) => status !== undefined && KNOWN_STATUSES.test(status)))
    return asExpected(words);
  return handled(
    words,
    'Nothing: an order whose status is not known is watched, and is never ordered again.',
  );
}

function referenceFinding(orders: Entry[]): Finding {
  const shown = orders.filter(({ poNumber }) => poNumber !== undefined);
  if (shown.length > 0) return asExpected(`in ${shown.length} of ${orders.length} orders`);
  return handled(`in none of ${orders.length} orders`, BY_EVIDENCE);
}

interface SeenOrder {
  byNumber: RawRead | undefined;
  byId: RawRead | undefined;
  result: unknown;
  details: { productNo?: string; productId: 'software' | 'other' } | undefined;
  /** What the product reads in it. */
  read: Awaited<ReturnType<typeof readOrder>> | undefined;
}

async function detailsOf(account: VendorAccount, { orderNo, id }: Entry): Promise<SeenOrder> {
  const get = async (name: unknown) => {
    const text = shortTextOf(name);
    return text === undefined ? undefined : account.read(`${PATH}/get/${encodeURIComponent(text)}`);
  };
  const [byNumber, byId] = [await get(orderNo), await get(id)];
  const good = [byNumber, byId].find((one) => one?.isGood);
  const name = shortTextOf(good === byNumber ? orderNo : id);
  const read = good === undefined || name === undefined ? undefined : await readAs(account, name);
  const details = read && {
    productId: isSoftware(good?.result) ? ('software' as const) : ('other' as const),
    ...(read.productNo !== undefined && { productNo: read.productNo }),
  };
  return { byNumber, byId, result: good?.result, details, read };
}

/** Undefined where the product cannot read what was read raw. */
async function readAs({ reader }: VendorAccount, name: string) {
  try {
    return await readOrder(reader, name);
  } catch (error) {
    if (error instanceof PortalError) return undefined;
    throw error;
  }
}

function isSoftware(result: unknown): boolean {
  const parts = isRecord(result) ? [result, ...Object.values(result).filter(isRecord)] : [];
  return parts.some(({ productId }) => textOf(productId) === '12');
}

const DETAILS: Assumption<SeenOrder>[] = [
  { what: 'order details: by number and id', page: DETAILS_PAGE, look: askedByFinding },
  { what: 'order details: sections', page: DETAILS_PAGE, look: ofDetails(sectionsFinding) },
  { what: 'order details: serial number', page: DETAILS_PAGE, look: ofDetails(serialFinding) },
  { what: 'order details: plan and services', page: DETAILS_PAGE, look: ofDetails(linesFinding) },
  { what: 'order details: billing contact', page: DETAILS_PAGE, look: ofDetails(contactFinding) },
  { what: 'order details: partner', page: DETAILS_PAGE, look: ofDetails(partnerFinding) },
  { what: 'order details: poNumber', page: DETAILS_PAGE, look: ofDetails(detailsReferenceFinding) },
];

function ofDetails(look: (seen: SeenOrder) => Finding) {
  return (seen: SeenOrder) =>
    seen.read === undefined ? notChecked('the details cannot be read') : look(seen);
}

function askedByFinding({ byNumber, byId }: SeenOrder): Finding {
  if (byNumber?.isGood && byId?.isGood) return asExpected('both');
  if (byNumber === undefined && byId?.isGood) {
    return handled('by id; the list shows no numbers', 'Nothing: orders are then asked for by id.');
  }
  if (byNumber?.isGood) return handled('by number alone', 'Nothing: orders are asked for by number.');
  if (byNumber !== undefined && byId?.isGood) {
    return notHandled('by id alone', `Orders are asked for by number: none could be confirmed. ${REPORT_IT}`);
  }
  return failedRead((byNumber ?? byId)!);
}

const SECTIONS = ['basicInformation', 'billingInformation', 'orderInformation', 'orderSummary'];

function sectionsFinding({ result }: SeenOrder): Finding {
  // A summary that is missing has its own row.
  const missing = SECTIONS.filter((key) => !(isRecord(result) && key in result) && key !== 'orderSummary');
  if (missing.length === 0) return asExpected(`keys: ${keysIn(result)}`);
  return handled(
    `without ${missing.join(', ')} (${shapeOf(result)})`,
    'Nothing: fields are taken from wherever they stand.',
  );
}

function serialFinding({ read }: SeenOrder): Finding {
  if (read?.productNo !== undefined) return asExpected('productNo: text');
  return handled('productNo: missing', BY_EVIDENCE);
}

function linesFinding({ result, read }: SeenOrder): Finding {
  const lines = read?.lines;
  if (lines !== undefined) {
    const hasAll = lines.every(
      ({ years, quantity, kind }) => years !== undefined && (quantity ?? kind === 'service'),
    );
    const words = `${lines.length} read${hasAll ? ', with extensions and years' : ''}`;
    return hasAll ? asExpected(words) : handled(`${words}, extensions or years missing`, BY_EVIDENCE);
  }
  const summary = isRecord(result) ? result.orderSummary : undefined;
  if (summary === undefined) return handled('orderSummary: missing', BY_EVIDENCE);
  return notHandled(
    `orderSummary has keys that are not known: ${keysIn(summary)}`,
    `What was ordered is then not recognised, and a person is asked. ${REPORT_IT}`,
  );
}

function contactFinding({ read }: SeenOrder): Finding {
  if (read?.billingContactId !== undefined) return asExpected('billingContactId: there');
  return handled('no id of a billing contact', BY_EVIDENCE);
}

function partnerFinding({ read }: SeenOrder): Finding {
  if (read?.partnerId !== undefined) return asExpected('partnerId: there');
  return handled('partnerId: missing, or the order is for no partner', BY_EVIDENCE);
}

function detailsReferenceFinding({ result, read }: SeenOrder): Finding {
  if (read?.poNumber !== undefined || keysIn(result).split(', ').includes('poNumber')) {
    return asExpected('poNumber: there');
  }
  return handled('poNumber: missing', BY_EVIDENCE);
}

/** One whose details are looked at: they are kept longest of the newest. */
function newestOf(orders: readonly Entry[]): Entry | undefined {
  return [...orders].sort(
    (one, other) => (createTimeMs(other.createTime) ?? 0) - (createTimeMs(one.createTime) ?? 0),
  )[0];
}
