import { dealPage, purchasePage } from '../../domain/page-address';
import type { VNode } from 'preact';
import type { DealRecord } from '../../client/overview-client';
import type { DealReport } from '../../client/deals-client';
import { isUnbought, type DealStatus } from '../../domain/deal';
import { orderInWords } from '../../domain/request-in-words';
import { FILL_FIELDS } from './fill-fields';
import type { Links } from './links';
import { Ago, At, Elsewhere, Facts, Id, Mark, Said, Section } from './parts';
import { Fold, Timeline } from './purchase';
import { SecondStep, Why } from './second-step';
import { DEAL_WORDS, PURCHASE_WORDS, type Clock } from './words';

interface DealsProps {
  deals: readonly DealRecord[];
  /** Where the next page begins. */
  next?: string | undefined;
  clock: Clock;
}

/** Deals, newest first. */
export function DealsPage({ deals, next, clock }: DealsProps): VNode {
  return (
    <>
      <h1>Deals</h1>
      {deals.length === 0 ? (
        <p class="calm">No CRM has told of a deal yet.</p>
      ) : (
        <ul class="rows">
          {deals.map(({ status }) => (
            <li key={status.deal} data-key={status.deal} data-state={status.updatedAt}>
              <a href={dealPage(status.deal)}>
                <span class="what">
                  {status.request === undefined ? status.deal : <Said>{orderInWords(status.request)}</Said>}
                </span>
                <Mark {...standing(status)} />
                <Ago at={new Date(status.updatedAt)} clock={clock} />
              </a>
            </li>
          ))}
        </ul>
      )}
      {next !== undefined && (
        <p>
          <a class="button" href={`/deals?${new URLSearchParams({ after: next }).toString()}`}>
            Older ones
          </a>
        </p>
      )}
    </>
  );
}

/** A deal whose purchase was made stands as that does. */
function standing({ status, purchase }: DealStatus) {
  return status === 'requested' && purchase !== undefined
    ? PURCHASE_WORDS[purchase.status]
    : DEAL_WORDS[status];
}

/** One deal: what the CRM says, what is missing, what people filled in, and what can be decided. */
export function DealPage({
  report,
  problem,
  clock,
  links,
}: {
  report: DealReport;
  /** Why what was just typed cannot be taken. */
  problem?: string | undefined;
  clock: Clock;
  links: Links;
}): VNode {
  const { status, remarks, events, verification } = report;
  const { deal, request, reason, missing = [], requestId, wonAt } = status;
  const atCrm = links.atCrm(deal);
  return (
    <>
      <header class="title">
        <h1>{request === undefined ? `Deal ${deal}` : <Said>{orderInWords(request)}</Said>}</h1>
        <p>
          <Mark {...standing(status)} /> <Ago at={new Date(status.updatedAt)} clock={clock} />
        </p>
      </header>
      {problem !== undefined && (
        <p class="banner refused" role="alert">
          <Said>{problem}</Said>
        </p>
      )}
      {remarks.map((remark) => (
        <p class="banner" key={remark}>
          <Said>{remark}</Said>
        </p>
      ))}
      <Facts
        of={[
          ['deal', <Id copy>{deal}</Id>],
          ['at the CRM', atCrm && <Elsewhere href={atCrm}>the deal</Elsewhere>],
          ['won', wonAt && <At at={new Date(wonAt)} clock={clock} short />],
          ['told by', status.notifiedBy],
          ['why', reason && <Said>{`${reason.code}: ${reason.message}`}</Said>],
          ['purchase', requestId && <a href={purchasePage(requestId)}>{requestId}</a>],
        ]}
      />
      {missing.length > 0 && (
        <Section id="missing" title="What is missing">
          <ul class="missing">
            {missing.map(({ field, problem: what }) => (
              <li key={field}>
                <b>{field}</b>: <Said>{what}</Said>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <DealDecisions status={status} />
      <Section id="steps" title="What happened">
        <Timeline events={events} clock={clock} />
        <p class="note">
          {verification.ok
            ? 'Verified: each event is sealed by the one after it.'
            : `Event ${verification.seq}: ${verification.problem}`}
        </p>
      </Section>
    </>
  );
}

function DealDecisions({ status }: { status: DealStatus }): VNode | null {
  const { deal, missing = [], purchase } = status;
  const action = `${dealPage(deal)}/decide`;
  const mayBuy =
    status.status === 'waiting-for-decision' || status.status === 'dismissed' || isUnbought(purchase);
  const mayDismiss = status.status === 'waiting-for-decision' || status.status === 'incomplete';
  const mayFill = mayDismiss || isUnbought(purchase);
  if (!mayBuy && !mayFill) return null;
  return (
    <Section id="decide" title="Decide">
      {mayFill && <Fill missing={missing.map(({ field }) => field)} action={action} />}
      <p class="answers">
        {mayDismiss && (
          <a class="button safe" href={`${action}?verb=dismiss`}>
            Buy nothing for it
          </a>
        )}
        {mayBuy && (
          <a class="button" href={`${action}?verb=buy`}>
            Buy it…
          </a>
        )}
      </p>
    </Section>
  );
}

/** What is missing as a form; everything else that can be filled in is folded. */
function Fill({ missing, action }: { missing: readonly string[]; action: string }): VNode {
  const wanted = FILL_FIELDS.filter(({ of }) => missing.some((field) => field.startsWith(of)));
  const others = FILL_FIELDS.filter((field) => !wanted.includes(field));
  return (
    <form method="post" action={action} class="fill" data-slow="Writing it down…">
      <input type="hidden" name="verb" value="fill" />
      {wanted.map((field) => (
        <Field key={field.name} field={field} />
      ))}
      <Fold label={wanted.length === 0 ? 'Fill in' : 'Fill in something else'}>
        {others.map((field) => (
          <Field key={field.name} field={field} />
        ))}
      </Fold>
      <Why />
      <p class="answers">
        <button type="submit">Fill in</button>
        <span class="note">If nothing else is missing, the deal is bought then.</span>
      </p>
    </form>
  );
}

function Field({ field: { name, label, hint } }: { field: (typeof FILL_FIELDS)[number] }): VNode {
  return (
    <label>
      {label} {hint !== undefined && <span class="note">({hint})</span>}
      <input name={name} maxLength={500} autocomplete="off" />
    </label>
  );
}

/** The second step of a decision about a deal. */
export function DealDecidePage({
  status,
  verb,
  about,
}: {
  status: DealStatus;
  verb: 'buy' | 'dismiss';
  /** The id of what is shown here. */
  about: string | undefined;
}): VNode {
  const back = dealPage(status.deal);
  const order = status.request === undefined ? 'what it comes to' : orderInWords(status.request);
  const consequence =
    verb === 'buy'
      ? {
          title: 'Buy this deal?',
          then: `This is ordered then: ${order}. The order cannot be taken back.`,
          button: `Buy: ${order}`,
        }
      : {
          title: 'Buy nothing for this deal?',
          then: 'Nothing is ordered for this win. It can still be bought later.',
          button: 'Buy nothing',
        };
  return (
    <SecondStep
      {...consequence}
      spends={verb === 'buy'}
      action={`${back}/decide`}
      hidden={{ verb, about }}
      slow="Writing it down…"
      back={back}
    />
  );
}
