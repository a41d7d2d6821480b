import { MessageRefused, type CrmAccount, type DealEvent, type ReceivedMessage } from '../crm-account';
import { eachDealOnce } from '../each-deal-once';
import { dealEventsOf } from './events';
import { HubspotReader } from './reader';
import { isSignedByHubspot } from './signature';
import { readMessageJson } from '../lossless';
import type { HubspotSource, NamedFields } from '../source';

export interface HubspotOptions {
  fields: NamedFields;
  /** The whole address that HubSpot calls for this source, as it is entered there: it is part of what is signed. */
  publicUrl: string;
}

/** An account (portal) of HubSpot: webhooks of an app with signature v3, and deals read back by its API. */
export function hubspotAccount(source: HubspotSource, { fields, publicUrl }: HubspotOptions): CrmAccount {
  return {
    receive(message) {
      if (!isSignedByHubspot(message, publicUrl, source.secrets)) {
        throw new MessageRefused(
          'NotAuthentic',
          'No valid X-HubSpot-Signature-v3 of the last 5 minutes. Is the secret that of the app, the public address the target URL, the clock right?',
        );
      }
      return readBatch(message.body, source);
    },
    reader: new HubspotReader(source, fields),
  };
}

function readBatch(body: Buffer, source: HubspotSource): ReceivedMessage {
  const batch = readMessageJson(body);
  if (!Array.isArray(batch)) {
    throw new MessageRefused(
      'MessageUnreadable',
      "The body is not the JSON array that webhooks of an app send (a workflow's webhook sends something else).",
    );
  }
  const events: DealEvent[] = [];
  const unreadable: string[] = [];
  let irrelevant = 0;
  batch.forEach((event: unknown, index) => {
    const read = dealEventsOf(event, source);
    if (typeof read === 'string') {
      unreadable.push(`Event ${index + 1} of ${batch.length}: ${read}`);
    } else if (read.length === 0) {
      irrelevant++;
    } else {
      events.push(...read);
    }
  });
  return { events: eachDealOnce(events), irrelevant, unreadable };
}
