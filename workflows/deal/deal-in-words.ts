import type { DealStatus } from '../../domain/deal';
import { markdownText } from '../../domain/printable';
import { orderInWords } from '../../domain/request-in-words';

/** The status in Markdown: first what is asked of a person, if anything is, and then how to answer. */
export function inWords(status: DealStatus): string {
  const missing = (status.missing ?? []).map(
    ({ field, problem }) => `- ${markdownText(`${field}: ${problem}`)}`,
  );
  const because =
    status.reason === undefined ? [] : [markdownText(`${status.reason.code}: ${status.reason.message}`)];
  const list = missing.length > 0 ? [missing.join('\n')] : [];
  const what = status.request === undefined ? [] : [markdownText(orderInWords(status.request))];
  return [headline(status), ...what, ...because, ...list, ...answers(status)].join('\n\n');
}

/** The verbs, and what to type as their input. */
function answers({ status }: DealStatus): string[] {
  switch (status) {
    case 'incomplete':
      return [
        'Answer with the update `fill`, or a signal of that name:',
        '- `{"fill": {"plan": "Ultimate", "extensions": 100}, "by": "YOUR NAME"}`',
      ];
    case 'waiting-for-decision':
      return [
        'Answer with the update `buy` or `dismiss`, or a signal of that name:',
        '- `{"by": "YOUR NAME"}`',
      ];
    default:
      return [];
  }
}

function headline({ status, requestId, purchase }: DealStatus): string {
  switch (status) {
    case 'reading':
      return (
        '**Reading** the deal back from the CRM. If it stays so: the tab *Pending Activities* shows what fails, and ' +
        'why; it is tried again by itself.'
      );
    case 'incomplete':
      return '**Incomplete**: it goes on when the CRM has what is missing, or a person fills it in.';
    case 'waiting-for-decision':
      return '**Waiting for a person**: is it to be bought, or not?';
    case 'requested':
      return `**Requested**: purchase ${requestId ?? ''}${purchase ? `, which is ${purchase.status}` : ''}.`;
    case 'not-won':
      return '**Not won**: nothing is bought.';
    case 'dismissed':
      return '**Dismissed**: nothing is bought for this win.';
  }
}
