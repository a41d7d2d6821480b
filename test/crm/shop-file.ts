/** A deals.yaml of one shop; the part `license` of these lines begins in line 8. */
export function shopFile(license: string): string {
  return `sources:
  shop:
    crm: standard-webhooks
    account: shop
    secrets: [SHOP_SECRET]
    since: 2026-11-24T00:00:00Z
    license:
${license.replace(/^/gm, '      ')}
`;
}
