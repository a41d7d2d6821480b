import type { OrderOutcome } from '../orders/outcome';
import { AccessToken } from './access-token';
import { readBillingContacts, type BillingContact } from './billing-contacts';
import { readCatalogue, type Catalogue } from './catalogue';
import { isRecord, textOf } from './envelope';
import { orderVerdict } from './order-verdict';
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
}

/** An order as the vendor shows it (vendor page "Get Order Details"); fields that it does not show are absent. */
export interface OrderDetails {
  orderStatus?: string;
  productNo?: string;
}

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

  constructor(settings: PortalSettings) {
    const { url, clientId, clientSecret, readDeadlineMs = 20_000, orderDeadlineMs = 30_000 } = settings;
    this.transport = new Transport(url);
    this.token = new AccessToken(this.transport, { clientId, clientSecret, deadlineMs: 10_000 });
    this.reader = new Reader(this.transport, this.token, readDeadlineMs);
    this.orderDeadlineMs = orderDeadlineMs;
  }

  /** Gets a token now, to find out whether the credentials are right. */
  async authenticate(): Promise<void> {
    await this.token.authorization();
  }

  async listPartners(): Promise<Partner[]> {
    return readPartners(await this.reader.read('/user/openapi/user/v1/client/partner_list'));
  }

  async listBillingContacts(): Promise<BillingContact[]> {
    return readBillingContacts(await this.reader.read('/user/openapi/user/v1/client/billing_contact_list'));
  }

  /** The PBX with a serial number, or all there are when it is not among them. */
  findProduct(serialNumber: string): Promise<{ product?: Product; seen: Product[] }> {
    return findProduct(this.reader, SOFTWARE_EDITION, serialNumber);
  }

  /** What can be bought, for a PBX that exists or for a new licence. */
  async getCatalogue(serialNumber?: string): Promise<Catalogue> {
    const query = { productId: SOFTWARE_EDITION, productNo: serialNumber };
    return readCatalogue(await this.reader.read('/pricing/openapi/purchase/v1/purchase_product_info', query));
  }

  /**
   * Creates an order (vendor page "Create an Order"): one POST, never repeated, on a connection of its own.
   *
   * @param body sent as it is, byte for byte
   * @returns what is proven of its end; never rejects
   */
  async placeOrder(body: string): Promise<OrderOutcome> {
    let authorization: string;
    try {
      authorization = await this.token.authorization();
    } catch (error) {
      return notSent(error);
    }
    const end = await this.transport.call({
      method: 'POST',
      path: '/order/openapi/order/v1/save',
      body,
      contentType: 'application/json',
      authorization,
      deadlineMs: this.orderDeadlineMs,
      ownConnection: true,
    });
    const outcome = orderVerdict(end, this.token.secrets());
    if (outcome.outcome === 'not-created' && outcome.code === 'PortalUnauthorised')
      this.token.reject(authorization);
    return outcome;
  }

  /** An order by its order number or id. */
  async readOrder(orderNo: string): Promise<OrderDetails> {
    const result = await this.reader.read(`/order/openapi/order/v1/get/${encodeURIComponent(orderNo)}`);
    const parts = isRecord(result) ? [result, ...Object.values(result)].filter(isRecord) : [];
    const first = (key: string) => parts.map((part) => textOf(part[key])).find((text) => text !== undefined);
    const [orderStatus, productNo] = [first('orderStatus'), first('productNo')];
    return {
      ...(orderStatus !== undefined && { orderStatus }),
      ...(productNo !== undefined && { productNo }),
    };
  }

  /** The code that activates a new licence online (vendor page "Query Activation Code for P-Series Software Edition"). */
  async fetchActivationCode(productNo: string): Promise<{ code: string }> {
    const query = { productNo, productId: SOFTWARE_EDITION };
    const result = await this.reader.read('/product/openapi/instance_product/v1/activation_code', query);
    const code = isRecord(result) ? textOf(result.code) : undefined;
    if (code === undefined) throw new PortalError('PortalMalformed', 'The answer holds no activation code.');
    return { code };
  }

  close(): void {
    this.transport.close();
  }
}

function notSent(error: unknown): OrderOutcome {
  const known = error instanceof PortalError ? error : undefined;
  const code = known?.code ?? 'PortalUnreachable';
  const message = `${known?.message ?? 'No token could be had.'} The order was not sent.`;
  return { outcome: 'not-created', why: 'not-sent', code, message, evidence: known?.evidence ?? {} };
}
