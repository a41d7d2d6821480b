import type { VNode } from 'preact';
import type { PurchaseRecord } from '../../client/overview-client';
import type { DecisionContent } from '../../domain/decision';
import { orderInWords } from '../../domain/request-in-words';
import { Said } from './parts';
import { SecondStep, type SecondStepProps } from './second-step';

/** What a decision comes to: in words, before it is made. */
type Consequence = Pick<SecondStepProps, 'title' | 'then' | 'button' | 'spends'>;

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
    case 'approve':
      return {
        title: 'Approve this order?',
        then: `This is ordered once enough people have approved it: ${order}. The order cannot be taken back.`,
        button: `Approve ${order}`,
        spends: true,
      };
    case 'reject':
      return {
        title: 'Reject this order?',
        then: 'The purchase ends, and nothing is ordered.',
        button: 'Reject: order nothing',
        spends: false,
      };
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

/** The second step of a decision about a purchase. */
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
  return (
    <SecondStep
      {...consequenceOf(decision, purchase)}
      action={`${back}/decide`}
      hidden={{ ...decision, about }}
      slow="Checking with the vendor…"
      back={back}
    />
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
