import { stateNow, wantProduct, wantProductId } from './asked-product';
import type { Orders, PbxByHand, PlacedOrder } from './orders';
import { BILLING_CONTACTS, PARTNERS } from './catalogue';
import { invalid, Refused } from './envelope';
import { showOrderList, type ListFault } from './order-list';
import { showDetails } from './order-view';
import { parseFields } from './json-fields';
import { checkOrder } from './order-rules';
import { page, whole, type PageFault } from './paging';
import { showProduct, showProductDetails } from './pbx-view';
import { Pricing } from './pricing';
import { activationCodeOf, type Product } from './products';
import type { Query } from './request-parts';
import type { FakePortalSettings } from './settings';
import { Turns } from './turns';

/** What the vendor's endpoints answer, without HTTP. Every method throws Refused where the vendor would refuse. */
export class Vendor {
  readonly pricing: Pricing;
  private readonly turns = new Turns();

  constructor(
    readonly orders: Orders,
    readonly settings: FakePortalSettings,
  ) {
    this.pricing = new Pricing(orders.products, settings);
  }

  /** Vendor page "Query Subordinate User List". */
  partners(query: Query, fault: PageFault): unknown {
    return this.list(PARTNERS, this.settings.singlePartner, query, fault);
  }

  /** Vendor page "Query Billing Contact List". */
  billingContacts(query: Query, fault: PageFault): unknown {
    return this.list(BILLING_CONTACTS, this.settings.singleBillingContact, query, fault);
  }

  /** Vendor page "Query Product List". */
  products(query: Query, fault: PageFault): unknown {
    return page(this.orders.products.of(wantProductId(query)), query, showProduct, fault, this.settings);
  }

  /** Vendor page "Get Product Details". */
  productDetail(query: Query): unknown {
    return showProductDetails(this.wantProduct(query), this.settings.pbxDetails, Date.now());
  }

  /** Vendor page "Query Activation Code for P-Series Software Edition". */
  activationCode(query: Query): unknown {
    wantSoftwareEdition(query);
    const product = this.wantProduct(query);
    return { code: activationCodeOf(product), generateTime: product.createTime };
  }

  /** Vendor page "Query Auto Renewal Status". */
  autoRenewal(query: Query): unknown {
    const autoRenew = stateNow(this.wantProduct(query))?.autoRenew ?? false;
    const { autoRenewAs } = this.settings;
    if (autoRenewAs === 'missing') return {};
    return { autoRenew: autoRenewAs === 'text' ? String(autoRenew) : autoRenew };
  }

  /** Vendor page "Create an Order": takes it for good. */
  async takeOrder(body: string, orderStatus: string): Promise<unknown> {
    const { instanceId, orderNo, productNo, transactionNo } = await this.placeOrder(body, orderStatus);
    return { instanceId, orderNo, orderStatus, productNo, transactionNo };
  }

  /**
   * Takes an order that keeps the rules, however it came. Those of one PBX wait for each other: each finds what the one
   * before has made of it.
   *
   * @param createTime in ms since 1970; now without it
   */
  async placeOrder(body: string, orderStatus: string, createTime?: number): Promise<PlacedOrder> {
    const order = parseFields(body);
    const find = (productNo: string) => this.orders.products.find(productNo);
    const place = async () => {
      const at = createTime ?? Date.now();
      return this.orders.take({ ...checkOrder(order, find, at), body, orderStatus, createTime: at });
    };
    return typeof order.productNo === 'string' ? this.turns.take(order.productNo, place) : place();
  }

  /** Sets what a PBX has, in its turn among the orders for it. @returns what is wrong with it, in words */
  setPbx(pbx: PbxByHand): Promise<string | undefined> {
    return this.turns.take(pbx.productNo, async () => {
      const there = this.orders.products.find(pbx.productNo);
      if (there !== undefined && there.productId !== pbx.productId) {
        return `product: ${pbx.productNo} is of product ${there.productId}`;
      }
      await this.orders.setPbx(pbx);
      return undefined;
    });
  }

  /** Vendor page "Query Order List". */
  orderList(query: Query, fault: ListFault, pageFault: PageFault): unknown {
    return showOrderList(this.orders.all, query, this.settings, fault, pageFault);
  }

  /** Vendor page "Get Order Details". */
  orderDetails(orderNoOrId: string): unknown {
    const order = this.orders.find(orderNoOrId);
    const isById = this.settings.orderDetailsBy === 'both' || order?.id === orderNoOrId;
    if (order === undefined || !isById)
      throw new Refused(404, 'order_not_found', `id: there is no order ${orderNoOrId}`);
    return showDetails(order, this.settings);
  }

  private list(entries: readonly unknown[], onlyFirst: boolean, query: Query, fault: PageFault): unknown {
    const { listOfOneAs, unaskedPageSize } = this.settings;
    if (onlyFirst) return listOfOneAs === 'object' ? entries[0] : entries.slice(0, 1);
    if (unaskedPageSize === null) return whole(entries, fault);
    return page(
      entries,
      { ...query, pageSize: String(unaskedPageSize) },
      (entry) => entry,
      fault,
      this.settings,
    );
  }

  private wantProduct(query: Query): Product {
    return wantProduct(this.orders.products, query);
  }
}

function wantSoftwareEdition({ productId }: Query): void {
  if (productId !== '12') throw invalid('productId: required; expected 12, the P-Series Software Edition');
}
