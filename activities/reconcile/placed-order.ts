import type { PlacedOrder } from '../../domain/outcome';
import type { OrderDetails } from '../../portal/orders';

/** An order that was read back, as Create an Order would have answered. */
export function placedOrder(shown: OrderDetails): PlacedOrder {
  const { orderNo, orderStatus, transactionNo, instanceId, productNo } = shown;
  return {
    orderNo,
    // Without a status nothing says that it is final: it is watched.
    orderStatus: orderStatus ?? 'unknown',
    ...(transactionNo !== undefined && { transactionNo }),
    ...(instanceId !== undefined && { instanceId }),
    ...(productNo !== undefined && { productNo }),
  };
}
