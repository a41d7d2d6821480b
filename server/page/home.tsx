import { dealPage, purchasePage } from '../../domain/page-address';
import type { VNode } from 'preact';
import type { DayOfOrders, DealRecord, Desk, PurchaseRecord } from '../../client/overview-client';
import { orderInWords } from '../../domain/request-in-words';
import type { Renewal } from '../../domain/renewals';
import { Bars } from './bars';
import { Ago, For, Id, Mark, Said, Section } from './parts';
import { Looking } from './looking';
import { QuestionCard } from './question';
import type { Person } from './session';
import type { Viewer } from './viewer';
import { Waits, type Wait } from './waits';
import { DEAL_WORDS, lengthInWords, PURCHASE_WORDS, type Clock } from './words';

/** How many days the picture of the orders shows. */
export const DAYS_SHOWN = 14;

const DAY_MS = 24 * 60 * 60_000;

interface HomeProps {
  desk: Desk;
  nextRenewal?: Renewal | undefined;
  clock: Clock;
  /** The names of others who have that address open. */
  othersAt: Viewer['othersAt'];
  /** Who looks at it. */
  person: Person;
}

/** What waits for a person, what is under way, what was ordered. */
export function Home({ desk, nextRenewal, clock, othersAt, person }: HomeProps): VNode {
  const { waiting, waitingDeals, counts } = desk;
  const many = counts.waiting + counts.waitingDeals;
  const shown = waiting.length + waitingDeals.length;
  return (
    <>
      <h1 class="unseen">Wonce</h1>
      <Section
        id="waiting"
        title="Waiting for you"
        note={many > shown ? `${shown} of ${many} are shown` : undefined}
      >
        {many === 0 ? (
          <Calm desk={desk} nextRenewal={nextRenewal} clock={clock} />
        ) : (
          <>
            {shown > 1 && <Waits waits={waitsOf(desk)} />}
            {waiting.map((purchase) => (
              <Seen key={purchase.requestId} by={othersAt(purchasePage(purchase.requestId))}>
                <WaitingPurchase purchase={purchase} clock={clock} person={person} />
              </Seen>
            ))}
            {waitingDeals.map((deal) => (
              <Seen key={deal.status.deal} by={othersAt(dealPage(deal.status.deal))}>
                <WaitingDeal deal={deal} clock={clock} />
              </Seen>
            ))}
          </>
        )}
      </Section>
      <Section id="running" title="Running">
        <Running purchases={desk.underWay} clock={clock} />
      </Section>
      <Section id="ordered" title={`The last ${DAYS_SHOWN} days`}>
        <Days days={desk.days} clock={clock} />
      </Section>
    </>
  );
}

/** What waits, with who looks at it now. */
function Seen({ by, children }: { by: readonly string[]; children: VNode }): VNode {
  return (
    <div class="seen">
      {by.length > 0 && (
        <p class="looking">
          <Looking names={by} />
        </p>
      )}
      {children}
    </div>
  );
}

/** What waits, whatever has waited longest first. */
function waitsOf({ waiting, waitingDeals }: Desk): Wait[] {
  const purchases = waiting.map(({ requestId, request, status, question, updatedAt }) => ({
    what: orderInWords(request),
    href: purchasePage(requestId),
    word: PURCHASE_WORDS[status].word,
    since: question === undefined ? updatedAt : new Date(question.since),
  }));
  const deals = waitingDeals.map(({ status: { deal, status, request, updatedAt } }) => ({
    what: request === undefined ? `deal ${deal}` : orderInWords(request),
    href: dealPage(deal),
    word: DEAL_WORDS[status].word,
    since: new Date(updatedAt),
  }));
  return [...purchases, ...deals].sort((one, other) => one.since.getTime() - other.since.getTime());
}

function Calm({ desk, nextRenewal, clock }: Pick<HomeProps, 'desk' | 'nextRenewal' | 'clock'>): VNode {
  const { lastOrderAt } = desk;
  const left = nextRenewal?.daysLeft;
  return (
    <p class="calm">
      <span aria-hidden="true">✓</span> Nothing waits.
      {lastOrderAt !== undefined && (
        <>
          {' '}
          Last order <Ago at={lastOrderAt} clock={clock} />.
        </>
      )}
      {left !== undefined && left >= 0 && <> Next renewal in {left === 1 ? '1 day' : `${left} days`}.</>}
    </p>
  );
}

interface WaitingPurchaseProps {
  purchase: PurchaseRecord;
  clock: Clock;
  person: Person;
}

function WaitingPurchase({ purchase, clock, person }: WaitingPurchaseProps): VNode {
  const { question } = purchase;
  if (question !== undefined) {
    return <QuestionCard purchase={purchase} question={question} clock={clock} person={person} />;
  }
  return (
    <article class="card waiting">
      <h3>
        <a href={purchasePage(purchase.requestId)}>
          <Said>{orderInWords(purchase.request)}</Said>
        </a>
      </h3>
      <Mark {...PURCHASE_WORDS[purchase.status]} />
    </article>
  );
}

function WaitingDeal({ deal: { status }, clock }: { deal: DealRecord; clock: Clock }): VNode {
  const { deal, missing = [], reason, request, updatedAt } = status;
  const isIncomplete = status.status === 'incomplete';
  return (
    <article class="card waiting" data-key={deal} data-state={updatedAt}>
      <header>
        <h3>
          <a href={dealPage(deal)}>
            {isIncomplete ? 'What is missing of this deal?' : 'Is this deal to be bought?'}
          </a>
        </h3>
        <p class="note">
          <Mark {...DEAL_WORDS[status.status]} /> for <For since={new Date(updatedAt)} clock={clock} /> · deal{' '}
          <Id>{deal}</Id>
        </p>
      </header>
      {request !== undefined && (
        <p class="what">
          <Said>{orderInWords(request)}</Said>
        </p>
      )}
      {reason !== undefined && (
        <p>
          <Said>{reason.message}</Said>
        </p>
      )}
      {missing.length > 0 && (
        <ul class="missing">
          {missing.map(({ field, problem }) => (
            <li key={field}>
              <b>{field}</b>: <Said>{problem}</Said>
            </li>
          ))}
        </ul>
      )}
      <p class="answers">
        <a class="button" href={dealPage(deal)}>
          {isIncomplete ? 'Fill in' : 'Decide'}
        </a>
      </p>
    </article>
  );
}

function Running({ purchases, clock }: { purchases: readonly PurchaseRecord[]; clock: Clock }): VNode {
  if (purchases.length === 0) return <p class="calm">Nothing is under way.</p>;
  return (
    <ul class="rows">
      {purchases.map(({ requestId, request, status, createdAt }) => (
        <li key={requestId} data-key={requestId} data-state={status}>
          <a href={purchasePage(requestId)}>
            <span class="what">
              <Said>{orderInWords(request)}</Said>
            </span>
            <Mark {...PURCHASE_WORDS[status]} />
            <Ago at={createdAt} clock={clock} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function Days({ days, clock }: { days: readonly DayOfOrders[]; clock: Clock }): VNode {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const now = new Date();
  const all = Array.from({ length: DAYS_SHOWN }, (_, place) => {
    const at = new Date(now.getTime() - (DAYS_SHOWN - 1 - place) * DAY_MS);
    return { at, day: byDay.get(clock.day(at)) };
  });
  const ordered = days.reduce((sum, day) => sum + day.ordered, 0);
  return (
    <div class="pictures">
      <Bars
        caption={`${ordered} ordered, by day`}
        bars={all.map(({ at, day }) => ({
          label: clock.day(at),
          value: day?.ordered ?? 0,
          words: `${day?.ordered ?? 0} ordered`,
        }))}
      />
      <Bars
        caption="From won to ordered, by day"
        bars={all.map(({ at, day }) => ({
          label: clock.day(at),
          value: day?.wonToOrderedMs ?? 0,
          words:
            day?.wonToOrderedMs === undefined
              ? 'no deal'
              : `half of them within ${lengthInWords(day.wonToOrderedMs)}`,
        }))}
      />
    </div>
  );
}
