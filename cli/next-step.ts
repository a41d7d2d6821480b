import type { StatusReport } from '../client/wait';
import { dealOfRequest } from '../domain/deal-ids';
import type { Question } from '../domain/decision';
import type { PurchaseStatus } from '../domain/status';

/** What can be done about a purchase: a sentence, and the commands as they are typed. */
export interface NextStep {
  words: string;
  commands: string[];
}

/** As many candidates have a command each. */
const MOST_COMMANDS = 5;

/** What a person does next, by how a purchase stands and whether a run goes on with it. */
export function nextStep({ status, goesOn, isSilent }: Omit<StatusReport, 'remarks'>): NextStep {
  const { requestId, question } = status;
  switch (status.status) {
    case 'quoted':
      return { words: 'Nothing was ordered. To order it:', commands: ['wonce buy FILE'] };
    case 'ordered':
      return { words: 'Nothing to do: it is bought. How it came:', commands: [`wonce audit ${requestId}`] };
    case 'refused':
      return buyAgain(status, 'Correct what the reason says, then');
    case 'cancelled':
      return buyAgain(status, 'If it is wanted after all,');
    case 'waiting-for-choice':
    case 'waiting-for-approval':
    case 'waiting-for-decision':
      return goesOn === false || question === undefined ? underWay(status) : answers(requestId, question);
    case 'looking-up':
    case 'ordering':
    case 'settling':
    case 'confirming':
      return underWay(status);
  }

  function underWay({ status: state }: PurchaseStatus): NextStep {
    if (goesOn === false) return noRunGoesOn(requestId);
    if (goesOn === undefined) {
      return {
        words: 'Temporal does not tell whether it goes on. See that it runs, and ask again:',
        commands: [`wonce status ${requestId}`],
      };
    }
    if (isSilent === true) {
      return { words: 'No worker answers. Start one, and it goes on:', commands: ['wonce worker'] };
    }
    const wait = `wonce wait ${requestId}`;
    if (state === 'settling') {
      return {
        words: 'It goes on by itself. If you know what became of the order, say so:',
        commands: [wait, ...settlements(requestId, question)],
      };
    }
    if (state === 'confirming') {
      const words =
        'Pay or release the order in the Partner Portal, if the vendor wants that. It is watched:';
      return { words, commands: [wait] };
    }
    return { words: 'It goes on by itself:', commands: [wait] };
  }
}

/** Its run was ended from outside, or is forgotten. */
function noRunGoesOn(requestId: string): NextStep {
  return {
    words:
      'No run goes on with it. See what has happened; once its record in Temporal is gone or deleted, the same request ' +
      'may be sent again:',
    commands: [`wonce audit ${requestId}`, 'wonce buy FILE'],
  };
}

/** The id of a refused purchase is used up; of a deal the next attempt has its own. */
function buyAgain({ requestId }: PurchaseStatus, when: string): NextStep {
  const deal = dealOfRequest(requestId);
  if (deal === undefined) {
    return { words: `${when} send the request under a new requestId:`, commands: ['wonce buy FILE'] };
  }
  return {
    words: `${when} buy the deal again:`,
    commands: [`wonce deals show ${deal}`, `wonce deals buy ${deal}`],
  };
}

function answers(requestId: string, question: Question): NextStep {
  const { verb, candidates } = question;
  if (verb === 'settle') {
    return {
      words:
        'Look for the order in the Partner Portal under Orders, by its purchase order number, then type one of:',
      commands: settlements(requestId, question),
    };
  }
  if (verb === 'approve') {
    const about = ` --about ${question.id}`;
    return {
      words: 'Somebody who did not ask for it types one of:',
      commands: [`wonce approve ${requestId}${about}`, `wonce reject ${requestId}${about}`],
    };
  }
  const ids = candidates.length > MOST_COMMANDS ? ['CANDIDATE'] : candidates.map(({ id }) => id);
  return {
    words: 'Type one of:',
    commands: [...ids.map((id) => `wonce choose ${requestId} ${id}`), `wonce cancel ${requestId}`],
  };
}

/** What became of an order; about the question that is shown, where one is. */
function settlements(requestId: string, question: Question | undefined): string[] {
  const { id, candidates = [] } = question ?? {};
  const about = id === undefined ? '' : ` --about ${id}`;
  const few = candidates.length > 0 && candidates.length <= MOST_COMMANDS;
  const orders = few ? candidates.map((order) => order.id) : ['ORDER_NUMBER'];
  return [
    ...orders.map((orderNo) => `wonce settle ${requestId} --created ${orderNo}`),
    ...['order-again', 'stop'].map((then) => `wonce settle ${requestId} --not-created ${then}${about}`),
  ];
}
