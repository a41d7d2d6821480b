import type { PlacedOrder } from '../../domain/outcome';
import type { ActivityDeps } from '../dependencies';

/** An order as the vendor shows it now, by its order number. */
export function readOrder({ portal }: ActivityDeps) {
  return async (orderNo: string): Promise<Partial<PlacedOrder>> => {
    const { orderStatus, productNo } = await portal.readOrder(orderNo);
    return {
      ...(orderStatus !== undefined && { orderStatus }),
      ...(productNo !== undefined && { productNo }),
    };
  };
}
