import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';
import { Undecodable } from '../domain/undecodable';

/**
 * Temporal's own converter, for payloads that anybody may have sent to a run: an argument of a start, a signal or an
 * update that cannot be decoded becomes an `Undecodable`, and is met as any other wrong input. To the SDK it is a failed
 * workflow task, tried again for ever: one signal would park a purchase for good. What an activity answers is Wonce's
 * own; of that, a payload that cannot be decoded parks the run until the cause is mended.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload<Value>(...[payload, context, hint]: Parameters<PayloadConverter['fromPayload']>): Value {
    try {
      return defaultPayloadConverter.fromPayload<Value>(payload, context, hint as never);
    } catch (error) {
      if (context?.type !== 'workflow') throw error;
      return new Undecodable(encodingOf(payload.metadata?.encoding)) as Value;
    }
  },
};

/** Typed by a stranger: of its characters, those that an encoding's name has. */
function encodingOf(bytes: Uint8Array | null | undefined): string {
  const name = String.fromCharCode(...(bytes ?? []).slice(0, 40));
  return name.replace(/[^\w/.+-]/g, '?') || 'none';
}
