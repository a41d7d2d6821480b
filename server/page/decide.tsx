import type { VNode } from 'preact';
import type { PurchaseRecord } from '../../client/overview-client';
import type { DecisionContent } from '../../domain/decision';
import { orderInWords } from '../../domain/request-in-words';
import { Said } from './parts';

/** What a decision comes to: in words, before it is made. */
interface Consequence {
  /** The question that the second step asks. */
  title: string;
  /** What happens then, and what cannot be undone. */
  then: string;
  /** The verb and the object on the button. */
  button: string;
  spends: boolean;
}

/** What a decision about a purchase would do. */
export function consequenceOf(decision: DecisionContent, { request, question }: PurchaseRecord): Consequence {
  const order = orderInWords(request);
  switch (decision.verb) {
    case 'cancel':
      return {
        title: 'Cancel this purchase?',
        then: 'Nothing is ordered, if its order has not begun. An order that has begun is finished, and that you cancelled is written down.',
        button: 'Cancel the purchase',
        spends: false,
      };
    case 'choose': {
      if (decision.id === 'stop') {
        return {
          title: 'Order nothing?',
          then: 'The purchase ends, and nothing is ordered.',
          button: 'Order nothing',
          spends: false,
        };
      }
      const chosen = question?.candidates.find(({ id }) => id === decision.id)?.description ?? decision.id;
      return {
        title: `Choose ${chosen}?`,
        then: `Then this is ordered, once nothing else is unclear: ${order}. The order cannot be taken back.`,
        button: decision.id === 'order' ? `Order ${order}` : 'Choose, and go on to the order',
        spends: true,
      };
    }
    case 'settle':
      if ('created' in decision) {
        return {
          title: `Is order ${decision.created} the one?`,
          then: 'It is read from the vendor once more and compared with what was sent. If it is the same, the purchase takes it for its own. Nothing more is ordered.',
          button: `It is order ${decision.created}`,
          spends: false,
        };
      }
      return decision.notCreated === 'stop'
        ? {
            title: 'There is no such order: buy nothing?',
            then: "The vendor's orders are read once more. If it is not among them, the purchase ends, and nothing more is ordered.",
            button: 'Stop: buy nothing',
            spends: false,
          }
        : {
            title: 'There is no such order: order again?',
            then: `The vendor's orders are read once more. If it is not among them, this is ordered again: ${order}. If the first order was made after all, there are two, and neither can be taken back.`,
            button: `Order again: ${order}`,
            spends: true,
          };
  }
}

/** The second step of a decision: what is about to happen, why, and one button. */
export function DecidePage({
  purchase,
  decision,
  about,
  back,
}: {
  purchase: PurchaseRecord;
  decision: DecisionContent;
  about: string | undefined;
  back: string;
}): VNode {
  const { title, then, button, spends } = consequenceOf(decision, purchase);
  const { verb, ...content } = decision;
  return (
    <form class="card decide" method="post" action={`${back}/decide`} data-slow="Checking with the vendor…">
      <h1>
        <Said>{title}</Said>
      </h1>
      <p>
        <Said>{then}</Said>
      </p>
      {[['verb', verb], ...Object.entries(content), ...(about === undefined ? [] : [['about', about]])].map(
        ([name, value]) => (
          <input type="hidden" key={name} name={name} value={value} />
        ),
      )}
      <label for="why">
        Why <span class="note">(kept for good, with your name)</span>
      </label>
      <textarea id="why" name="why" rows={2} maxLength={500} />
      <p class="answers">
        <a class="button safe" href={back}>
          Back, decide nothing
        </a>
        <button type="submit" class={spends ? 'spends' : undefined}>
          <Said>{button}</Said>
        </button>
      </p>
    </form>
  );
}

/** Somebody else was faster, or what was asked has changed. */
export function TooLate({ words, back }: { words: string; back: string }): VNode {
  return (
    <article class="card">
      <h1>Nothing was decided by you</h1>
      <p>
        <Said>{words}</Said>
      </p>
      <p class="answers">
        <a class="button safe" href={back}>
          See how it stands
        </a>
      </p>
    </article>
  );
}
