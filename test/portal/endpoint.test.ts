import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endpointOf, outcomeOf } from '../../portal/endpoint';

const PORTAL = join(__dirname, '..', '..', 'portal');

it('every path that is asked for has a name of its own, without the id in it', () => {
  const sources = readdirSync(PORTAL)
    .filter((file) => file !== 'endpoint.ts')
    .map((file) => readFileSync(join(PORTAL, file), 'utf8'));
  const literals = sources.flatMap((text) => [...text.matchAll(/'(\/\w+\/openapi\/[^']+)'/g)]);
  const paths = literals.map(([, path]) => path!).filter((path) => path !== '/order/openapi/order/v1');
  expect(paths.length).toBeGreaterThan(8);
  for (const path of paths) expect([path, endpointOf(path)]).not.toContain('other');
  expect(endpointOf('/order/openapi/order/v1/get/20241021')).toBe('read-order');
  expect(endpointOf('/order/openapi/order/v1/page')).toBe('list-orders');
  expect(endpointOf('/pricing/openapi/purchase/v1/renew/plan_info/17')).toBe('read-renewal');
  expect(endpointOf('/of/others/17')).toBe('other');
});

const answer = (httpStatus: number, body: string) => ({ httpStatus, body, bodySha256: '' });

it.each([
  ['success', answer(200, '{"code":"success","requestId":"1"}')],
  ['refused', answer(200, '{"code":"parameter_validation_failed","requestId":"1"}')],
  ['unauthorised', answer(401, '')],
  ['slow-down', answer(429, '')],
  ['out-of-order', answer(502, '<h1>Bad Gateway</h1>')],
  ['not-understood', answer(200, '<h1>Welcome</h1>')],
  ['no-answer', { errorCode: 'ECONNRESET', neverConnected: false }],
])('a call ends as %s by what came, not by its status alone', (outcome, end) => {
  expect(outcomeOf(end)).toBe(outcome);
});
