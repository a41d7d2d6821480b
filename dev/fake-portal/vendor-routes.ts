import type { FastifyInstance, FastifyRequest } from 'fastify';
import { serveCall, type Effects, type FakePortalParts } from './call';
import { checkTokenRequest } from './credentials';
import type { Endpoint } from './request-log';
import { invalid } from './envelope';
import { bodyOf, mediaTypeOf, type Query } from './request-parts';
import type { FakePortalSettings } from './settings';

type Read = (query: Query, request: FastifyRequest, effects: Effects) => unknown;

/** The vendor's paths, as its pages print them. */
export function addVendorRoutes(app: FastifyInstance, parts: FakePortalParts): void {
  addTokenRoute(app, parts);
  addReadRoutes(app, parts);
  app.post('/order/openapi/order/v1/save', (request, reply) =>
    serveCall(parts, 'orders', request, reply, (_request, { orderStatus }) => {
      if (mediaTypeOf(request) !== 'application/json')
        throw invalid('Content-Type: expected application/json');
      return parts.vendor.takeOrder(bodyOf(request), orderStatus);
    }),
  );
}

/** Vendor page "Request Access Token". */
function addTokenRoute(app: FastifyInstance, parts: FakePortalParts): void {
  const { tokens, settings, credentials } = parts;
  app.post('/auth/openapi/v1/oauth/token', (request, reply) =>
    serveCall(parts, 'token', request, reply, () => {
      checkTokenRequest(request, credentials);
      const lifetime = settings.tokenLifetimeSeconds;
      return {
        ...expiryAs(settings.expiresInAs, lifetime),
        refreshToken: 'not-used',
        token: tokens.give(lifetime),
        tokenHead: 'Bearer ',
      };
    }),
  );
}

function expiryAs(how: FakePortalSettings['expiresInAs'], seconds: number): object {
  if (how === 'missing') return {};
  return { expiresIn: how === 'text' ? String(seconds) : seconds };
}

function addReadRoutes(app: FastifyInstance, parts: FakePortalParts): void {
  const { vendor } = parts;
  const get = (path: string, endpoint: Endpoint, read: Read) =>
    app.get(path, (request, reply) =>
      serveCall(parts, endpoint, request, reply, (_request, effects) =>
        read(request.query as Query, request, effects),
      ),
    );
  const user = '/user/openapi/user/v1/client';
  get(`${user}/partner_list`, 'partners', (query, _request, effects) => vendor.partners(query, effects.page));
  get(`${user}/billing_contact_list`, 'billing-contacts', (query, _request, effects) =>
    vendor.billingContacts(query, effects.page),
  );
  const product = '/product/openapi/instance_product/v1';
  get(`${product}/client/instance_product_list`, 'products', (query, _request, effects) =>
    vendor.products(query, effects.page),
  );
  get(`${product}/detail`, 'products', (query) => vendor.productDetail(query));
  get(`${product}/activation_code`, 'activation-code', (query) => vendor.activationCode(query));
  const pricing = '/pricing/openapi/purchase/v1';
  get(`${pricing}/product_list`, 'plans', () => vendor.pricing.productList());
  get(`${pricing}/purchase_product_info`, 'plans', (query) => vendor.pricing.plans(query));
  for (const purchaseType of ['purchase', 'trial'] as const) {
    get(`${pricing}/${purchaseType}/plan_info/:id`, 'plan-info', (query, request) =>
      vendor.pricing.planInfo(query, idIn(request), purchaseType),
    );
    get(`${pricing}/${purchaseType}/add_on_info/:id`, 'plan-info', (query, request) =>
      vendor.pricing.serviceInfo(query, idIn(request), purchaseType),
    );
  }
  get(`${pricing}/renew/plan_info/:id`, 'plan-info', (query, request) =>
    vendor.pricing.planToRenew(query, idIn(request)),
  );
  get(`${pricing}/renew/add_on_info/:id`, 'plan-info', (query, request) =>
    vendor.pricing.serviceToRenew(query, idIn(request)),
  );
  const order = '/order/openapi/order/v1';
  get(`${order}/check/existed_auto_renew`, 'auto-renewal', (query) => vendor.autoRenewal(query));
  get(`${order}/page`, 'order-list', (query, _request, effects) =>
    vendor.orderList(query, effects.orderList, effects.page),
  );
  get(`${order}/get/:id`, 'order-details', (_query, request) => vendor.orderDetails(idIn(request)));
}

function idIn({ params }: FastifyRequest): string {
  return (params as { id: string }).id;
}
