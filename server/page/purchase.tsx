import { dealPage } from '../../domain/page-address';
import type { ComponentChildren, VNode } from 'preact';
import { sentReference } from '../../client/recorded-status';
import type { AttemptRecord, EventRecord, PurchaseReport } from '../../client/overview-client';
import { operationOf } from '../../domain/request';
import { orderInWords } from '../../domain/request-in-words';
import { WORKFLOW } from '../../domain/author';
import { actorBeside, stepInWords } from '../../domain/steps-in-words';
import { isTerminal } from '../../domain/status';
import { readableBody } from './order-as-sent';
import type { Links } from './links';
import { Ago, At, Elsewhere, Facts, Id, Mark, Said, Section } from './parts';
import { QuestionCard } from './question';
import type { Person } from './session';
import { lengthInWords, PURCHASE_WORDS, type Clock } from './words';

interface PurchaseProps {
  report: PurchaseReport;
  /** For people: what its run is waiting for, and why it fails. */
  remarks: readonly string[];
  /** What was just decided here. */
  decided?: string | undefined;
  clock: Clock;
  /** Who looks at it. */
  person: Person;
  links: Links;
}

/** Everything that is known of one purchase. */
export function PurchasePage({ report, remarks, decided, clock, person, links }: PurchaseProps): VNode {
  const { purchase } = report;
  const { requestId, request, status, order, question } = purchase;
  return (
    <>
      <header class="title" data-key={requestId} data-state={`${status} ${purchase.updatedAt.toISOString()}`}>
        <h1>
          <Said>{orderInWords(request)}</Said>
        </h1>
        <p>
          <Mark {...PURCHASE_WORDS[status]} /> <Ago at={purchase.updatedAt} clock={clock} />
          {order !== undefined && (
            <>
              {' · order '}
              <Id copy>{order.orderNo}</Id>
            </>
          )}
        </p>
      </header>
      {decided !== undefined && <Decided what={decided} isOver={isTerminal(status)} />}
      {remarks.length > 0 && (
        <ul class="banner" aria-label="What holds it up">
          {remarks.map((remark) => (
            <li key={remark}>
              <Said>{remark}</Said>
            </li>
          ))}
        </ul>
      )}
      {question !== undefined && (
        <QuestionCard purchase={purchase} question={question} clock={clock} person={person} heading="h2" />
      )}
      {status === 'quoted' && (
        <p class="answers">
          <a class="button" href={`/new/quote?${new URLSearchParams({ of: requestId }).toString()}`}>
            See the quote, and order…
          </a>
        </p>
      )}
      <Overview report={report} clock={clock} links={links} />
      <Section id="steps" title="What happened">
        <Timeline events={report.events} clock={clock} />
      </Section>
      {report.attempts.length > 0 && (
        <Section id="sent" title="The order as it was sent, and what came back">
          {report.attempts.map((attempt) => (
            <Attempt key={attempt.attempt} attempt={attempt} clock={clock} />
          ))}
        </Section>
      )}
      <Proof report={report} links={links} />
    </>
  );
}

/** After a decision: what was done, and what happens next. */
function Decided({ what, isOver }: { what: string; isOver: boolean }): VNode {
  return (
    <p class="banner done" role="status">
      <Said>{what}</Said>{' '}
      {isOver
        ? 'It is over; what came of it stands below.'
        : 'It goes on by itself, and this page follows it.'}
    </p>
  );
}

function Overview({ report, clock, links }: Pick<PurchaseProps, 'report' | 'clock' | 'links'>): VNode {
  const { purchase, deal } = report;
  const { requestId, request, order, reason, activationCode, createdAt } = purchase;
  const { license } = request;
  const serialNumber = license.kind === 'existing' ? license.serialNumber : order?.productNo;
  const reference = sentReference(purchase, request);
  const atCrm = deal === undefined ? undefined : links.atCrm(deal);
  return (
    <Facts
      of={[
        ['operation', operationOf(request)],
        ['order number', order && <Id copy>{order.orderNo}</Id>],
        ['the vendor says', order && <Said>{order.orderStatus}</Said>],
        ['transaction', order?.transactionNo && <Id copy>{order.transactionNo}</Id>],
        ['serial number', serialNumber && <Id copy>{serialNumber}</Id>],
        ['activation code', activationCode && <Id copy>{activationCode}</Id>],
        ['why', reason && <Said>{`${reason.code}: ${reason.message}`}</Said>],
        [
          'cancellation',
          purchase.cancellationRequested && 'came after the order had begun: the order was finished',
        ],
        [
          'purchase order',
          reference === undefined ? (
            request.poNumber && <Said>{request.poNumber}</Said>
          ) : (
            <Id copy>{reference}</Id>
          ),
        ],
        ['accepted', <At at={createdAt} clock={clock} short />],
        ['deal', deal && <a href={dealPage(deal)}>{deal}</a>],
        ['at the CRM', atCrm && <Elsewhere href={atCrm}>the deal</Elsewhere>],
        ['request', <Id copy>{requestId}</Id>],
      ]}
    />
  );
}

/** The steps, newest last, each with its time and how long it took since the one before. */
export function Timeline({ events, clock }: { events: readonly EventRecord[]; clock: Clock }): VNode {
  return (
    <ol class="steps">
      {events.map((event, place) => {
        const before = events[place - 1];
        const [step, ...more] = stepInWords(event);
        const isNewDay = before === undefined || clock.day(before.at) !== clock.day(event.at);
        return (
          <li key={event.seq}>
            <span class="when">
              {isNewDay && <b>{clock.day(event.at)} </b>}
              <At at={event.at} clock={clock} />
              {before !== undefined && (
                <span class="note"> +{lengthInWords(event.at.getTime() - before.at.getTime())}</span>
              )}
            </span>
            <span>
              <Said>{step}</Said>
              {![undefined, WORKFLOW].includes(actorBeside(event)) && (
                <span class="note">
                  {' '}
                  by <Said>{event.actor}</Said>
                </span>
              )}
              {more.length > 0 && (
                <Fold label="more">
                  {more.map((line) => (
                    <p key={line}>
                      <Said>{line}</Said>
                    </p>
                  ))}
                </Fold>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Attempt({ attempt, clock }: { attempt: AttemptRecord; clock: Clock }): VNode {
  const { result } = attempt;
  const answer =
    result === undefined
      ? 'nothing is known yet'
      : result.outcome === 'created'
        ? `order ${result.order.orderNo}, ${result.order.orderStatus}`
        : `${result.code}: ${result.message}`;
  return (
    <article class="attempt">
      <h3>Attempt {attempt.attempt}</h3>
      <Facts
        of={[
          ['sent', <At at={attempt.startedAt} clock={clock} />],
          ['outcome', attempt.outcome ?? 'not known yet'],
          ['answered', <Said>{answer}</Said>],
        ]}
      />
      <Fold label="the body, as it was sent">
        <pre tabIndex={0}>{readableBody(attempt.body)}</pre>
      </Fold>
      {result !== undefined && Object.keys(result.evidence).length > 0 && (
        <Fold label="the evidence">
          <pre tabIndex={0}>{readableBody(JSON.stringify(result.evidence))}</pre>
        </Fold>
      )}
    </article>
  );
}

function Proof({ report, links }: Pick<PurchaseProps, 'report' | 'links'>): VNode {
  const { purchase, verification, events } = report;
  const run = links.run(purchase.requestId);
  return (
    <Section id="proof" title="Whether this is what was written">
      {verification.ok ? (
        <p>
          <Mark look="done" word={`verified: ${events.length} events, each sealed by the one after it`} />
        </p>
      ) : (
        <p class="banner refused">
          <Mark look="refused" word={`event ${verification.seq}: ${verification.problem}`} />
        </p>
      )}
      <p class="note">
        Verify it yourself: <code>npx wonce audit {purchase.requestId}</code>
      </p>
      <Fold label="for whoever runs Wonce">
        <Facts
          of={[
            ['workflow', <Id copy>{purchase.workflowId}</Id>],
            ['Temporal', run && <Elsewhere href={run}>the run and its history</Elsewhere>],
            ['fingerprint', <Id>{purchase.fingerprint}</Id>],
          ]}
        />
      </Fold>
    </Section>
  );
}

export function Fold({ label, children }: { label: string; children: ComponentChildren }): VNode {
  return (
    <details>
      <summary>{label}</summary>
      {children}
    </details>
  );
}
