import { isRecord, shortTextOf, textOf } from '../../portal/envelope';
import { NO_LOG } from '../../portal/paging';
import { stateOf } from '../../portal/pbx';
import { findProduct, productIdOf } from '../../portal/products';
import { asExpected, handled, notChecked, notHandled, REPORT_IT, type Finding, type Row } from '../row';
import { handledBy, lookAtRead, noneChecked, portalRow, type Assumption } from './assumption';
import { PAGE_SIZE, pageAssumptions, type PagedCheck } from './pages';
import { entriesIn, idFinding } from './people';
import { createTimeMs } from '../../portal/create-time';
import { failedRead } from './failed-read';
import { keysIn, typeOf, wordOf } from './shape';
import type { VendorAccount } from './vendor-account';

const PATH = '/product/openapi/instance_product/v1';
const DETAIL_PAGE = 'Get Product Details';
const PRODUCT_ID = productIdOf('software');

/** A serial number that nobody has: the whole list is read for it. */
const NOBODYS = 'WONCE DOCTOR';

const PBXS: PagedCheck = {
  name: 'PBXs',
  page: 'Query Product List',
  path: `${PATH}/client/instance_product_list`,
  query: { productId: PRODUCT_ID },
  idKey: 'productNo',
  readAll: async ({ reader }) => {
    const wanted = { product: 'software', serialNumber: NOBODYS, pageSize: PAGE_SIZE } as const;
    return (await handledBy(() => findProduct(reader, wanted, NO_LOG))) === undefined;
  },
};

const LIST: Assumption<unknown>[] = [
  {
    what: 'PBXs: serial numbers',
    page: PBXS.page,
    look: (result) => idFinding(entriesIn(result), 'productNo'),
  },
  {
    what: 'PBXs: activation status',
    page: PBXS.page,
    look: (result) => {
      const statuses = [
        ...new Set(entriesIn(result).map(({ activationStatus }) => textOf(activationStatus))),
      ];
      if (statuses.length === 0) return notChecked('the account has none yet');
      const words = statuses.map((status) => (status === undefined ? 'missing' : wordOf(status))).join(', ');
      const isKnown = statuses.every((status) => /^(unknown|unactivated|activated)$/.test(status ?? ''));
      return isKnown ? asExpected(words) : handled(words, 'Nothing: Wonce does not read it.');
    },
  },
];

/** @param ofOrder the serial number of a PBX that something was ordered for */
export async function checkPbxs(
  account: VendorAccount,
  ofOrder?: string,
): Promise<{ rows: Row[]; serialNumber?: string }> {
  const list = await account.read(PBXS.path, { ...PBXS.query, pageNo: 1, pageSize: PAGE_SIZE });
  const rows = await lookAtRead(list, [...pageAssumptions(account, PBXS), ...LIST]);
  const serialNumber =
    ofOrder ??
    entriesIn(list.result)
      .flatMap(({ productNo }) => shortTextOf(productNo) ?? [])
      .at(-1);
  if (serialNumber === undefined)
    return { rows: [...rows, ...onePbxNotChecked('the account has no PBX yet')] };
  return { rows: [...rows, ...(await checkOne(account, serialNumber))], serialNumber };
}

export function pbxsNotChecked(why: string): Row[] {
  return [...noneChecked([...pageAssumptions(undefined, PBXS), ...LIST], why), ...onePbxNotChecked(why)];
}

function onePbxNotChecked(why: string): Row[] {
  return [
    ...noneChecked(DETAIL, why),
    ...noneChecked(AUTO_RENEWAL, why),
    ...noneChecked(RENEWAL, why),
    ...noneChecked(ACTIVATION, why),
  ];
}

const TOLD_BY_PEOPLE =
  'Nothing: before a renewal or an addition a person is shown what is known, and says whether it goes on.';

const DETAIL: Assumption<unknown>[] = [
  {
    what: 'PBX: plan, extensions, expiry',
    page: DETAIL_PAGE,
    look: (result) => {
      const { plan, extensions, expiresOn } = stateOf(result);
      const told = Object.entries({ plan, extensions, expiry: expiresOn });
      const missing = told.filter(([, value]) => value === undefined).map(([name]) => name);
      const keys = `keys: ${keysIn(result)}`;
      if (missing.length === 0) return asExpected(keys);
      return handled(
        `not recognised: ${missing.join(', ')}; ${keys}`,
        `${TOLD_BY_PEOPLE} A PBX without a plan has nothing to show.`,
      );
    },
  },
];

const AUTO_RENEWAL: Assumption<unknown>[] = [
  {
    what: 'PBX: auto-renewal',
    page: 'Query Auto Renewal Status',
    look: (result) => {
      const value = isRecord(result) ? result.autoRenew : undefined;
      const seen = `autoRenew: ${typeOf(value)}`;
      if (typeof value === 'boolean') return asExpected(seen);
      if (['true', 'false'].includes(textOf(value) ?? '')) return handled(seen, 'Nothing: it is read.');
      return handled(seen, TOLD_BY_PEOPLE);
    },
  },
];

const RENEWAL: Assumption<unknown>[] = [
  {
    what: 'PBX: renewal, by the id of its plan',
    page: 'Query Information about the Plan Available for Renewal',
    look: (result) => asExpected(`keys: ${keysIn(result)}`),
  },
];

const ACTIVATION: Assumption<unknown>[] = [
  {
    what: 'PBX: activation code',
    page: 'Query Activation Code for P-Series Software Edition',
    look: (result) => {
      const { code, generateTime } = isRecord(result) ? result : {};
      const seen = `code: ${typeOf(code)}, generateTime: ${typeOf(generateTime)}`;
      if (textOf(code) === undefined) {
        return notHandled(seen, `The code of a new license is then to be read in the portal. ${REPORT_IT}`);
      }
      const isUsual = typeOf(code) === 'text' && createTimeMs(generateTime) !== undefined;
      return isUsual ? asExpected(seen) : handled(seen, 'Nothing: the code is taken as it is.');
    },
  },
];

async function checkOne(account: VendorAccount, productNo: string): Promise<Row[]> {
  const query = { productNo, productId: PRODUCT_ID };
  const detail = await account.read(`${PATH}/detail`, query);
  const autoRenewal = await account.read('/order/openapi/order/v1/check/existed_auto_renew', query);
  const activation = await account.read(`${PATH}/activation_code`, query);
  return [
    ...(await lookAtRead(detail, DETAIL)),
    ...(await lookAtRead(autoRenewal, AUTO_RENEWAL)),
    ...(await checkRenewal(account, stateOf(detail.result).plan?.id, query)),
    ...(await lookAtRead(activation, ACTIVATION)),
  ];
}

/** Whether the id of a plan is what renewals ask for, a "pricing id", is not documented. */
async function checkRenewal(
  account: VendorAccount,
  planId: string | undefined,
  query: { productNo: string; productId: number },
): Promise<Row[]> {
  if (planId === undefined) return noneChecked(RENEWAL, 'the PBX does not show the id of its plan');
  const read = await account.read(
    `/pricing/openapi/purchase/v1/renew/plan_info/${encodeURIComponent(planId)}`,
    query,
  );
  if (read.isGood) return lookAtRead(read, RENEWAL);
  const { seen } = failedRead(read);
  const [{ what, page }] = RENEWAL as [Assumption<unknown>];
  return [portalRow(what, page, renewalRefused(seen))];
}

function renewalRefused(seen: string): Finding {
  return handled(
    seen,
    'Nothing: a renewal that the vendor does not offer is refused, or asked about, before anything is sent.',
  );
}
