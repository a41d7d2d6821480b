import type { OrderOutcome } from '../orders/outcome';
import { AccessToken } from './access-token';
import { readBillingContacts, type BillingContact } from './billing-contacts';
import { readCatalogue, type Catalogue } from './catalogue';
import { isRecord, textOf } from './envelope';
import { listOrders, readOrder, type OrderDetails, type OrderList } from './orders';
import { readWholeList, type OnPage } from './paging';
import { placeOrder } from './place-order';
import { readPartners, type Partner } from './partners';
import { PortalError } from './portal-error';
import { findProduct, type Product } from './products';
import { Reader } from './reader';
import { Transport } from './transport';

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
  /** An answer that is longer is not read to its end. */
  maxResponseBytes?: number;
}

export interface ActivationCode {
  code: string;
  /** As the vendor writes it; its unit is not documented. */
  generatedAt?: string;
}

/** Deadline of a token request, in ms. */
const TOKEN_DEADLINE_MS = 10_000;

/** The product id of the P-Series Software Edition. */
const SOFTWARE_EDITION = 12;

/**
 * The vendor's Partner Portal API. Reads throw PortalError; the order throws nothing. Ids are text, digit for digit.
 */
export class PortalClient {
  private readonly transport: Transport;
  private readonly token: AccessToken;
  private readonly reader: Reader;
  private readonly orderDeadlineMs: number;
  private readonly pageSize: number;

  constructor(settings: PortalSettings) {
    const { clientId, clientSecret, readDeadlineMs = 20_000, orderDeadlineMs = 30_000 } = settings;
    const deadlineMs = Math.min(TOKEN_DEADLINE_MS, readDeadlineMs);
    this.transport = new Transport(settings.url, settings.maxResponseBytes ?? 5 * 1024 * 1024);
    this.token = new AccessToken(this.transport, { clientId, clientSecret, deadlineMs });
    this.reader = new Reader(this.transport, this.token, readDeadlineMs);
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

  /** All subordinate users (vendor page "Query Subordinate User List"). @throws PortalError */
  async listPartners(): Promise<Partner[]> {
    return readPartners(await this.readWhole('/user/openapi/user/v1/client/partner_list'));
  }

  /** All who can receive invoices (vendor page "Query Billing Contact List"). @throws PortalError */
  async listBillingContacts(): Promise<BillingContact[]> {
    return readBillingContacts(await this.readWhole('/user/openapi/user/v1/client/billing_contact_list'));
  }

  /**
   * The PBX with a serial number, or all there are when it is not among them (vendor page "Query Product List").
   *
   * @param onPage told of every page that was read
   * @throws PortalError
   */
  findProduct(serialNumber: string, onPage?: OnPage): Promise<{ product?: Product; seen: Product[] }> {
    const { pageSize } = this;
    return findProduct(this.reader, { productId: SOFTWARE_EDITION, serialNumber, pageSize }, onPage);
  }

  /**
   * What can be bought, for a PBX that exists or for a new licence (vendor page "Query Available Subscription / Trial
   * Plans and Services for a Product").
   *
   * @throws PortalError also PortalCatalogueNotUnderstood
   */
  async getCatalogue(serialNumber?: string): Promise<Catalogue> {
    const query = { productId: SOFTWARE_EDITION, productNo: serialNumber };
    const result = await this.reader.read('/pricing/openapi/purchase/v1/purchase_product_info', query);
    return readCatalogue(result, this.token.secrets());
  }

  /**
   * Creates an order (vendor page "Create an Order"): one POST, never repeated, on a connection of its own.
   *
   * @param body sent as it is, byte for byte
   * @param sendBefore not sent later than this, in ms since the epoch
   * @returns what is proven of its end; never rejects
   */
  placeOrder(body: string, sendBefore = Infinity): Promise<OrderOutcome> {
    const { transport, token, orderDeadlineMs: deadlineMs } = this;
    return placeOrder({ transport, token, deadlineMs, body, sendBefore });
  }

  /**
   * All orders of the account, those of other ways to order among them, and whether they are proven to be all (vendor
   * page "Query Order List").
   *
   * @param onPage told of every page that was read
   * @throws PortalError also PortalRejected, when the list does not end
   */
  listOrders(onPage?: OnPage): Promise<OrderList> {
    return listOrders(this.reader, this.pageSize, onPage);
  }

  /** An order by its order number or id (vendor page "Get Order Details"). @throws PortalError */
  readOrder(orderNoOrId: string): Promise<OrderDetails> {
    return readOrder(this.reader, orderNoOrId);
  }

  /**
   * The code that activates a new licence online (vendor page "Query Activation Code for P-Series Software Edition").
   *
   * @throws PortalError PortalMalformed, which may pass, when there is none yet
   */
  async fetchActivationCode(productNo: string): Promise<ActivationCode> {
    const query = { productNo, productId: SOFTWARE_EDITION };
    const result = await this.reader.read('/product/openapi/instance_product/v1/activation_code', query);
    const { code, generatedAt } = activationCodeOf(result);
    if (code === undefined) throw new PortalError('PortalMalformed', 'The answer holds no activation code.');
    return { code, ...(generatedAt !== undefined && { generatedAt }) };
  }

  private readWhole(path: string): Promise<Record<string, unknown>[]> {
    return readWholeList((pageNo) => this.reader.read(path, { pageNo }));
  }

  /** Closes the connections that are kept for reads. */
  close(): void {
    this.transport.close();
  }
}

function activationCodeOf(result: unknown): { code?: string | undefined; generatedAt?: string | undefined } {
  return isRecord(result) ? { code: textOf(result.code), generatedAt: textOf(result.generateTime) } : {};
}
