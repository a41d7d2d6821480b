import { MessageRefused, type ListeningSource, type ReceivedMessage } from '../../crm/deal-receiver';

/** What makes a message authentic for `listening`. */
export const PROOF = { 'x-proof': 'planted-proof' };
export const PATH_TOKEN = 'planted-path-token';

/** An account of a CRM that there is not: its messages are what the server is to read in them. */
export function listening(accountId: string, answer?: ReceivedMessage['answer']): ListeningSource {
  return {
    source: { crm: 'hubspot', account: accountId },
    receiver: {
      receive({ headers, body, pathToken }) {
        if (headers['x-proof'] !== PROOF['x-proof'] && pathToken !== PATH_TOKEN) {
          throw new MessageRefused('NotAuthentic', 'The proof is wrong.');
        }
        return { events: [], irrelevant: 0, unreadable: [], ...(answer && { answer }), ...read(body) };
      },
    },
  };
}

function read(body: Buffer): Partial<ReceivedMessage> {
  try {
    return JSON.parse(body.toString()) as Partial<ReceivedMessage>;
  } catch {
    throw new MessageRefused('MessageUnreadable', 'The message is not JSON.');
  }
}

export const won = (...dealIds: string[]) => ({
  events: dealIds.map((dealId) => ({ dealId, kind: 'won' })),
});
