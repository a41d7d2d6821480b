/** Where the page shows a purchase. */
export function purchasePage(requestId: string): string {
  return `/orders/${inPath(requestId)}`;
}

/** Where the page shows a deal. */
export function dealPage(deal: string): string {
  return `/deals/${inPath(deal)}`;
}

/** As part of an address in which no sign has a meaning for a chat tool either. */
function inPath(id: string): string {
  return encodeURIComponent(id).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
