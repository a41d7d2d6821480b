import { Counter, type Registry } from 'prom-client';
import type { TellingSource } from '../client/overview-client';
import type { MessageObserver } from './webhook-routes';

/** Counts the messages of webhooks. */
export function countMessages(registry: Registry, sources: readonly TellingSource[]): MessageObserver {
  const messages = new Counter({
    registers: [registry],
    name: 'wonce_webhook_messages_total',
    help: 'Messages of webhooks, by source and answer: taken, or the code of the refusal.',
    labelNames: ['source', 'answer'] as const,
  });
  // A first one is an increase only where there was none before.
  for (const { name } of sources) {
    for (const answer of ['taken', 'NotAuthentic', 'MessageUnreadable']) {
      messages.inc({ source: name, answer }, 0);
    }
  }
  return ({ source, answer }) => messages.inc({ source, answer });
}
