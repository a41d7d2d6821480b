import type { DealDecision, DealState, MissingFact } from '../../domain/deal';
import type { Ledger } from '../../ledger/ledger';
import type { KnownReason, Reason } from '../../domain/status';
import { doorOf } from '../../domain/author';
import { present } from '../../domain/optional';
import type { WinDecision, WinQuestion } from '../../workflows/messages/deal';
import { ACTOR, newEventId } from '../dependencies';

/** What is done about a win, once it is written down. */
export type Decided = Pick<WinDecision, 'then' | 'requestId'>;

const CHANGED = 'The decision to buy is refused: the deal has changed since it was shown. Look at it again.';
const DEAL_CHANGED = { code: 'DealChanged', message: CHANGED } satisfies KnownReason;
const WAIT: Decided = { then: 'wait' };
const NOTHING: Decided = { then: 'nothing' };

/**
 * Writes in the ledger what was decided about one win, before it is done. `isRefused`: a person's decision about it
 * does not count; `after`: how many wins of the deal were decided about before. What makes a win one that is decided
 * about answers undefined when another writer was faster.
 */
export class WinBook {
  private readonly shown;
  private readonly happened;

  constructor(
    private readonly ledger: Ledger,
    private readonly question: WinQuestion,
    private readonly isRefused: boolean,
    private readonly after: number,
  ) {
    const { deal, wonAt, request, decision } = question;
    this.shown = { deal, ...present({ wonAt, request }) };
    this.happened = { ...this.shown, ...authorOf(decision) };
  }

  async buy(requestId: string): Promise<Decided | undefined> {
    const { happened, after } = this;
    const win = {
      ...happened,
      ...written('requested', after + 1),
      status: 'requested',
      requestId,
      after,
    } as const;
    return (await this.ledger.deals.addWin(win)) ? { then: 'buy', requestId } : undefined;
  }

  async dismiss(): Promise<Decided | undefined> {
    const { happened, after } = this;
    const dismissal = {
      ...happened,
      ...written('dismissed', after + 1),
      status: 'dismissed',
      after,
    } as const;
    return (await this.ledger.deals.addWin(dismissal)) ? NOTHING : undefined;
  }

  /** Nothing is bought of it, and nobody is asked. */
  async leave(why: Reason): Promise<Decided> {
    const { wonAt = this.question.toldAt } = this.question;
    const left = { status: 'dismissed', ...written('left'), reason: this.reasonFor(why) } as const;
    await this.ledger.deals.record({ ...this.happened, ...present({ wonAt }), ...left });
    return NOTHING;
  }

  async ask(why: Reason): Promise<Decided> {
    const { missing } = this.question;
    const reason = this.reasonFor(why);
    const asked = { status: 'waiting-for-decision', ...written('asked'), reason } as const;
    await this.ledger.deals.record({ ...this.happened, ...asked, ...present({ missing }) });
    return WAIT;
  }

  async wait(missing: MissingFact[]): Promise<Decided> {
    const change = { status: 'incomplete', ...written('incomplete'), actor: ACTOR, missing } as const;
    await this.ledger.deals.record({ ...this.shown, ...change });
    return WAIT;
  }

  /**
   * Shows how it stands, for the same reason as before, and what would be bought now: with money, the word for it is `buy`. Writes
   * nothing when it is shown so.
   */
  async correct(status: 'requested' | 'dismissed'): Promise<void> {
    const { deal, wonAt, missing, request } = this.question;
    const reason = this.isRefused ? DEAL_CHANGED : await this.reasonShown(status);
    const shown = { ...present({ wonAt, reason }), ...(missing && { missing }), ...(request && { request }) };
    await this.ledger.deals.record({ deal, status, ...written('corrected'), actor: ACTOR, ...shown });
  }

  /** Why it stands so. That a decision was refused is said once. */
  private async reasonShown(status: DealState): Promise<Reason | undefined> {
    const shown = (await this.ledger.deals.find(this.question.deal))?.status;
    return shown?.status === status && shown.reason?.code !== DEAL_CHANGED.code ? shown.reason : undefined;
  }

  /** Why a person is asked, or nothing is bought; before it, that a decision does not count. */
  private reasonFor({ code, message }: Reason): Reason {
    return { code, message: this.isRefused ? `${CHANGED} ${message}` : message };
  }
}

/**
 * What is written once, however often the step is tried. Each try may read another deal, and decide otherwise: what one has
 * written stands for that decision alone, and about that win.
 */
function written<Kind extends string>(kind: Kind, winNumber?: number): { kind: Kind; id: string } {
  return { kind, id: newEventId(winNumber === undefined ? kind : `${kind}-${winNumber}`) };
}

function authorOf(decision: DealDecision | undefined) {
  if (decision === undefined) return { actor: ACTOR };
  const { by, why, via } = decision;
  return { actor: by, data: { ...present({ why }), via: doorOf(via) } };
}
