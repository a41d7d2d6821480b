import type { Book, BookedOrder } from './book';
import { BILLING_CONTACTS, PARTNERS, PLANS, SERIAL_NUMBERS, SERVICES } from './catalogue';
import { page, Refused } from './envelope';
import { checkOrder, RuleBroken } from './order-rules';
import type { SandboxSettings } from './settings';

type Query = Record<string, string | undefined>;

/** What the vendor's endpoints answer, without HTTP. */
export class Vendor {
  private readonly added: string[] = [];

  constructor(
    readonly book: Book,
    readonly settings: SandboxSettings,
  ) {}

  addProducts(serialNumbers: string[]): void {
    this.added.push(...serialNumbers);
  }

  partners(): unknown {
    return PARTNERS;
  }

  billingContacts(): unknown {
    return this.settings.singleBillingContact ? BILLING_CONTACTS[0] : BILLING_CONTACTS;
  }

  products(query: Query): unknown {
    wantSoftwareEdition(query);
    const entries = this.serialNumbers().map((productNo) => ({
      activationCode: '',
      activationStatus: 'activated',
      comment: '',
      productNo,
    }));
    return page(entries, query);
  }

  productDetail(query: Query): unknown {
    wantSoftwareEdition(query);
    const productNo = this.wantProduct(query);
    return {
      activationCode: '',
      activationStatus: 'activated',
      comment: '',
      createTime: 1739717926000,
      productNo,
    };
  }

  activationCode(query: Query): unknown {
    wantSoftwareEdition(query);
    const productNo = this.wantProduct(query);
    if (!this.book.newProducts.includes(productNo))
      throw invalid(`productNo: ${productNo} needs no activation code`);
    return { code: `${productNo}-ACTIVATE`, generateTime: 1739717926000 };
  }

  plans(query: Query): unknown {
    wantSoftwareEdition(query);
    if (query.productNo !== undefined) this.wantProduct(query);
    const offeringId = '3048571730026938369';
    const service = (serviceId: string) => {
      const { serviceName } = SERVICES.find((entry) => entry.serviceId === serviceId)!;
      return { serviceId, serviceName, purchaseType: 'purchase' };
    };
    if (this.settings.catalogueShape === 'nested') {
      const productPlanList = PLANS.map(({ planId, planName, services }) => ({
        planId,
        planName,
        purchaseType: 'purchase',
        serviceInfoList: services.map(service),
      }));
      return { offeringId, productPlanList };
    }
    return {
      offeringId,
      plans: PLANS.map(({ planId, planName }) => ({ planId, name: planName, purchaseType: 'purchase' })),
      addOns: SERVICES.map(({ serviceId }) => service(serviceId)),
    };
  }

  /** Takes an order, for good. @throws Refused */
  async takeOrder(body: string, orderStatus: string): Promise<unknown> {
    try {
      const checked = checkOrder(body, (productNo) => this.serialNumbers().includes(productNo));
      const order = await this.book.take({ ...checked, orderStatus });
      const { instanceId, orderNo, productNo, transactionNo } = order;
      return { instanceId, orderNo, orderStatus, productNo, transactionNo };
    } catch (error) {
      if (error instanceof RuleBroken) throw invalid(error.message);
      throw error;
    }
  }

  orderList(query: Query): unknown {
    return page(
      this.book.orders.map((order) => this.listed(order)),
      query,
    );
  }

  orderDetails(id: string): unknown {
    const order = this.book.orders.find((entry) => entry.orderNo === id || entry.id === id);
    if (order === undefined) throw new Refused(404, 'order_not_found', `id: there is no order ${id}`);
    const lines = order.body.replace(/:(\d{16,})/g, ':"$1"');
    return {
      basicInformation: { productId: '12', productName: 'Software PBX', productNo: order.productNo },
      billingInformation: {},
      orderInformation: this.listed(order),
      orderSummary: (JSON.parse(lines) as { serviceList: unknown }).serviceList,
    };
  }

  private listed({ createTime, id, orderNo, orderStatus, poNumber }: BookedOrder): object {
    return {
      createTime,
      currencyCode: 'USD',
      customReferenceNo: '',
      id,
      orderNo,
      orderStatus,
      ...(this.settings.returnPoNumber && poNumber !== undefined && { poNumber }),
    };
  }

  private serialNumbers(): string[] {
    return [...SERIAL_NUMBERS, ...this.added, ...this.book.newProducts];
  }

  private wantProduct(query: Query): string {
    const { productNo } = query;
    if (productNo !== undefined && this.serialNumbers().includes(productNo)) return productNo;
    throw invalid('productNo: expected a serial number of this account');
  }
}

function wantSoftwareEdition(query: Query): void {
  if (query.productId !== '12') throw invalid('productId: expected 12');
}

function invalid(detailMessage: string): Refused {
  return new Refused(400, 'parameter_validation_failed', detailMessage);
}
