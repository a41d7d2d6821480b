import { dealPage, purchasePage } from '../../domain/page-address';
import type { VNode } from 'preact';
import {
  dueAt,
  missingApprovals,
  objectionTo,
  type ApprovalState,
  type Participant,
} from '../../domain/approval';
import type { PurchaseRecord } from '../../client/overview-client';
import { TO_BE_ORDERED, type ComparedFact, type Question } from '../../domain/decision';
import { orderInWords } from '../../domain/request-in-words';
import { At, Facts, For, Id, Mark, Said } from './parts';
import type { Person } from './session';
import { dealOfRequest } from '../../domain/deal-ids';
import type { Clock } from './words';

/** One answer to a question: where it leads, and what it comes to. */
export interface Answer {
  label: string;
  /** Nothing more is bought by it, or nothing new. */
  isSafe: boolean;
  query: Readonly<Record<string, string>>;
}

/** What can be answered, the safe answers first. */
export function answersTo({ verb, candidates, id: about, approval }: Question, person: Person): Answer[] {
  if (approval !== undefined) {
    const reject = { label: 'Reject: order nothing', isSafe: true, query: { verb: 'reject', about } };
    const approve = { label: 'Approve the order…', isSafe: false, query: { verb, about } };
    return objectionTo({ by: person.name, via: person.via }, approval) === undefined
      ? [reject, approve]
      : [reject];
  }
  if (verb === 'choose') {
    const answers = candidates.map(({ id, description }) => ({
      label: id === STOP ? 'Order nothing' : id === ORDER ? `Order it: ${description}…` : description,
      isSafe: id === STOP,
      query: { verb, id, about },
    }));
    return [...answers.filter(({ isSafe }) => isSafe), ...answers.filter(({ isSafe }) => !isSafe)];
  }
  return [
    ...candidates.map(({ id }) => ({
      label: `It is order ${id}`,
      isSafe: true,
      query: { verb, created: id, about },
    })),
    { label: 'There is no such order: stop', isSafe: true, query: { verb, notCreated: 'stop', about } },
    {
      label: 'There is no such order: order again…',
      isSafe: false,
      query: { verb, notCreated: 'order-again', about },
    },
  ];
}

/** The address of the second step of an answer. */
export function stepOf(requestId: string, { query }: Answer): string {
  return `${purchasePage(requestId)}/decide?${new URLSearchParams(query).toString()}`;
}

/** The question in one sentence. */
function titleOf({ verb, candidates }: Question): string {
  if (verb === 'settle') return 'Was this order created?';
  if (verb === 'approve') return 'Is this order approved?';
  return candidates.some(({ id }) => id === ORDER)
    ? 'Is this to be ordered all the same?'
    : 'Which one is meant?';
}

/** What can be chosen where nothing is picked, but confirmed. */
const ORDER = 'order';
const STOP = 'stop';

/** What one purchase waits for, with the facts that decide it and the answers. */
export function QuestionCard({
  purchase,
  question,
  clock,
  person,
  heading: Heading = 'h3',
}: {
  purchase: PurchaseRecord;
  question: Question;
  heading?: 'h2' | 'h3';
  clock: Clock;
  /** Who looks at it. */
  person: Person;
}): VNode {
  const { requestId, request } = purchase;
  const deal = dealOfRequest(requestId);
  const headingId = `q-${requestId}`;
  return (
    <article class="card waiting" aria-labelledby={headingId} data-key={requestId} data-state={question.id}>
      <header>
        <Heading id={headingId}>
          <a href={purchasePage(requestId)}>{titleOf(question)}</a>
        </Heading>
        <p class="note">
          <Mark look="waiting" word="waiting" /> for <For since={new Date(question.since)} clock={clock} />
          {deal !== undefined && (
            <>
              {' · '}
              <a href={dealPage(deal)}>deal {deal}</a>
            </>
          )}
        </p>
      </header>
      {Heading === 'h3' && (
        <p class="what">
          <Said>{orderInWords(request)}</Said>
        </p>
      )}
      <p>
        <Said>{question.asked}</Said>
      </p>
      {question.approval === undefined ? (
        <Compared facts={question.compared ?? []} />
      ) : (
        <Facts
          of={(question.compared ?? []).map(({ fact, told }) => [
            fact,
            <Said>{told[TO_BE_ORDERED] ?? ''}</Said>,
          ])}
        />
      )}
      {question.verb === 'settle' && <Candidates question={question} />}
      {question.approval !== undefined && (
        <Approvals approval={question.approval} since={question.since} clock={clock} person={person} />
      )}
      <Answers answers={answersTo(question, person)} requestId={requestId} />
    </article>
  );
}

/** Who asked, who has approved, how many are missing, and until when. */
function Approvals({
  approval,
  since,
  clock,
  person,
}: {
  approval: ApprovalState;
  since: string;
  clock: Clock;
  person: Person;
}): VNode {
  const due = dueAt(since, approval);
  const late = due !== undefined && due.getTime() < Date.now();
  const missing = missingApprovals(approval);
  const objection = objectionTo({ by: person.name, via: person.via }, approval);
  return (
    <>
      <Facts
        of={[
          ['asked for by', namesOf(approval.askedBy)],
          ['approved by', namesOf(approval.given)],
          ['still to approve', missing === 1 ? '1 person' : `${missing} people`],
          [late ? 'late since' : 'due', due && <At at={due} clock={clock} short />],
        ]}
      />
      {objection !== undefined && (
        <p class="note">
          <Said>{`${objection[0]!.toUpperCase()}${objection.slice(1)}`}</Said>
        </p>
      )}
    </>
  );
}

function namesOf(people: readonly Participant[]): VNode | undefined {
  if (people.length === 0) return undefined;
  return <Said>{people.map(({ by, via }) => by ?? via).join(', ')}</Said>;
}

function Candidates({ question }: { question: Question }): VNode | null {
  if (question.candidates.length === 0) return <p>No order of the vendor's may be it so far.</p>;
  return (
    <Facts
      of={question.candidates.map(({ id, description }) => [
        'the vendor shows',
        <span>
          <Id copy>{id}</Id> <Said>{description}</Said>
        </span>,
      ])}
    />
  );
}

/** Facts side by side; where they differ, a word says so. */
export function Compared({ facts }: { facts: readonly ComparedFact[] }): VNode | null {
  if (facts.length === 0) return null;
  const sources = [...new Set(facts.flatMap(({ told }) => Object.keys(told)))];
  return (
    <div class="wide">
      <table class="compared">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">fact</span>
            </th>
            {sources.map((source) => (
              <th scope="col" key={source}>
                {source}
              </th>
            ))}
            <th scope="col">
              <span class="unseen">comparison</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {facts.map(({ fact, told }) => {
            const verdict = comparisonOf(sources.map((source) => told[source]));
            return (
              <tr key={fact} class={verdict === 'differs' ? 'differs' : undefined}>
                <th scope="row">{fact}</th>
                {sources.map((source) => (
                  <td key={source} data-of={source}>
                    {told[source] === undefined ? '–' : <Said>{told[source]}</Said>}
                  </td>
                ))}
                <td data-of="comparison">{verdict}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function comparisonOf(told: readonly (string | undefined)[]): string {
  const known = told.filter((value) => value !== undefined);
  if (new Set(known).size > 1) return 'differs';
  return known.length < told.length ? 'not told by all' : 'same';
}

function Answers({ answers, requestId }: { answers: readonly Answer[]; requestId: string }): VNode {
  return (
    <ul class="answers">
      {answers.map((answer) => (
        <li key={answer.label}>
          <a class={answer.isSafe ? 'button safe' : 'button'} href={stepOf(requestId, answer)}>
            <Said>{answer.label}</Said>
          </a>
          {answer.isSafe && <span class="note">safe: nothing more is bought by it</span>}
        </li>
      ))}
    </ul>
  );
}
