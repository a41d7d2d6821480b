import { present } from '../domain/optional';
import type { VendorCallObserver } from '../domain/vendor-call';
import type { StepObserver } from '../domain/order-steps';
import type { OrderOutcome } from '../domain/outcome';
import type { Product as ProductName } from '../domain/request';
import { AccessToken } from './access-token';
import { Circuit } from './circuit';
import { Pace } from './pace';
import { readCatalogue, type Catalogue } from './catalogue';
import { endpointOf, outcomeOf } from './endpoint';
import { isRecord, textOf } from './envelope';
import type { Found, Sought } from './find-in-list';
import { listOrders, readOrder, type ListedOrder, type OrderDetails, type OrderList } from './orders';
import { NO_LOG, type ProgressLog } from './paging';
import { findBillingContacts, findPartners, type BillingContact, type Partner } from './people';
import { notSent, placeOrder } from './place-order';
import { readPbx, type ShownPbx } from './pbx';
import { PortalError } from './portal-error';
import { findProduct, listProducts, productIdOf, type Product } from './products';
import { Reader, type Restraint } from './reader';
import { Transport, type CallObserver } from './transport';

export interface PortalSettings {
  /** `https://openapi.partner.yeastar.com`. */
  url: string;
  clientId: string;
  clientSecret: string;
  /** Deadline of a read, in ms. */
  readDeadlineMs?: number;
  /** Deadline of the order, in ms; createOrder's start-to-close must exceed it together with all that comes before. */
  orderDeadlineMs?: number;
  /** Entries of a page of a list. */
  pageSize?: number;
  /** Calls a second at most; without it as often as there is something to ask. */
  callsPerSecond?: number;
  /** Whether the read that is begun is one that a person waits for: it is made even while the vendor is held to be down. */
  isUrgent?: () => boolean;
}

export interface ActivationCode {
  code: string;
  /** As the vendor writes it; its unit is not documented. */
  generatedAt?: string;
}

/** Whoever looks whether the vendor answers looks for nobody. */
const NOBODY: Sought<BillingContact> = { matches: () => false, byId: false };

/** Deadline of a token request, in ms. */
const TOKEN_DEADLINE_MS = 10_000;

/**
 * The vendor's Partner Portal API. Reads throw PortalError; the order throws nothing. Ids are text, digit for digit.
 */
export class PortalClient {
  private readonly transport: Transport;
  private readonly token: AccessToken;
  private readonly restraint: Restraint & { circuit: Circuit };
  private readonly reader: Reader;
  private readonly orderDeadlineMs: number;
  private readonly pageSize: number;

  /** @param observeCall told of each call once it has ended */
  constructor(settings: PortalSettings, observeCall?: VendorCallObserver) {
    const { clientId, clientSecret, readDeadlineMs = 20_000, orderDeadlineMs = 30_000 } = settings;
    const deadlineMs = Math.min(TOKEN_DEADLINE_MS, readDeadlineMs);
    this.transport = new Transport(settings.url, observeCall && asCallObserver(observeCall));
    this.token = new AccessToken(this.transport, { clientId, clientSecret, deadlineMs });
    const { callsPerSecond } = settings;
    const pace = callsPerSecond === undefined ? undefined : new Pace(callsPerSecond);
    this.restraint = { circuit: new Circuit(settings.isUrgent), ...present({ pace }) };
    this.reader = new Reader(this.transport, this.token, readDeadlineMs, this.restraint);
    this.pageSize = settings.pageSize ?? 25;
    this.orderDeadlineMs = orderDeadlineMs;
  }

  /**
   * Gets a token now unless a good one is there: finds out whether the credentials are right.
   *
   * @throws PortalError PortalUnauthorised when they are not; PortalUnreachable and the like when nobody can tell
   */
  async authenticate(): Promise<void> {
    await this.token.authorization();
  }

  /**
   * Subordinate users (vendor page "Query Subordinate User List"): those that match, and a few others.
   *
   * @throws PortalError
   */
  findPartners(sought: Sought<Partner>, log: ProgressLog = NO_LOG): Promise<Found<Partner>> {
    return findPartners(this.reader, sought, log);
  }

  /**
   * Who can receive invoices (vendor page "Query Billing Contact List"): those that match, and a few others.
   *
   * @throws PortalError
   */
  findBillingContacts(
    sought: Sought<BillingContact>,
    log: ProgressLog = NO_LOG,
  ): Promise<Found<BillingContact>> {
    return findBillingContacts(this.reader, sought, log);
  }

  /**
   * The PBX with a serial number, in capitals or not, and a few others (vendor page "Query Product List").
   *
   * @throws PortalError
   */
  findProduct(
    serialNumber: string,
    log: ProgressLog = NO_LOG,
    product: ProductName = 'software',
  ): Promise<Found<Product>> {
    const { pageSize } = this;
    return findProduct(this.reader, { product, serialNumber, pageSize }, log);
  }

  /** Every PBX of the account (vendor page "Query Product List"). @throws PortalError */
  listProducts(product: ProductName = 'software'): Promise<Product[]> {
    return listProducts(this.reader, { product, pageSize: this.pageSize });
  }

  /**
   * What the vendor shows of a PBX now: see `readPbx`.
   *
   * @throws PortalError
   */
  readPbx(wanted: { product: ProductName; serialNumber: string; planId?: string }): Promise<ShownPbx> {
    return readPbx(this.reader, wanted);
  }

  /**
   * What can be bought, for a PBX that exists or for a new license (vendor page "Query Available Subscription / Trial
   * Plans and Services for a Product").
   *
   * @throws PortalError also PortalCatalogueNotUnderstood
   */
  async getCatalogue(serialNumber?: string, product: ProductName = 'software'): Promise<Catalogue> {
    const query = { productId: productIdOf(product), productNo: serialNumber };
    const result = await this.reader.read('/pricing/openapi/purchase/v1/purchase_product_info', query);
    return readCatalogue(result, this.token.secrets());
  }

  /**
   * Why no order is sent now: the vendor is held to be down, or has asked for a wait. An order that he does not answer may have
   * been taken, so that a read finds out before it whether he is back. Undefined when one may be sent.
   */
  async refusalOfOrder(): Promise<OrderOutcome | undefined> {
    const { circuit } = this.restraint;
    if (circuit.refusalOfOrder === undefined) return undefined;
    await this.findBillingContacts(NOBODY).catch(() => undefined);
    const refusal = circuit.refusalOfOrder;
    return refusal && notSent(refusal);
  }

  /**
   * Creates an order (vendor page "Create an Order"): one POST, never repeated, on a connection of its own.
   *
   * @param body sent as it is, byte for byte
   * @param sendBefore not sent later than this, in ms since the epoch
   * @param observe told of the steps in between
   * @returns what is proven of its end; never rejects
   */
  placeOrder(
    body: string,
    sendBefore = Infinity,
    observe: StepObserver = () => undefined,
  ): Promise<OrderOutcome> {
    const { transport, token, restraint, orderDeadlineMs: deadlineMs } = this;
    return placeOrder({ transport, token, restraint, deadlineMs, body, sendBefore, observe });
  }

  /**
   * The orders of the account that are wanted, those of other ways to order among them, and whether all are proven to
   * have been seen (vendor page "Query Order List").
   *
   * @throws PortalError also PortalRejected, when the list does not end
   */
  listOrders(
    isWanted: (order: ListedOrder) => boolean = () => true,
    log: ProgressLog = NO_LOG,
  ): Promise<OrderList> {
    return listOrders(this.reader, this.pageSize, isWanted, log);
  }

  /** An order by its order number or id (vendor page "Get Order Details"). @throws PortalError */
  readOrder(orderNoOrId: string): Promise<OrderDetails> {
    return readOrder(this.reader, orderNoOrId);
  }

  /**
   * The code that activates a new license online (vendor page "Query Activation Code for P-Series Software Edition").
   *
   * @throws PortalError PortalMalformed, which may pass, when there is none yet
   */
  async fetchActivationCode(productNo: string): Promise<ActivationCode> {
    const query = { productNo, productId: productIdOf('software') };
    const result = await this.reader.read('/product/openapi/instance_product/v1/activation_code', query);
    const { code, generatedAt } = activationCodeOf(result);
    if (code === undefined) throw new PortalError('PortalMalformed', 'The answer holds no activation code.');
    return { code, ...present({ generatedAt }) };
  }

  /** Closes the connections that are kept for reads. */
  close(): void {
    this.transport.close();
  }
}

function asCallObserver(observe: VendorCallObserver): CallObserver {
  return ({ path }, end, seconds) =>
    observe({ endpoint: endpointOf(path), outcome: outcomeOf(end), seconds });
}

function activationCodeOf(result: unknown): { code?: string | undefined; generatedAt?: string | undefined } {
  return isRecord(result) ? { code: textOf(result.code), generatedAt: textOf(result.generateTime) } : {};
}
