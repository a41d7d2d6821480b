/** What goes into the history of runs that send notices: see purchase.ts. */

/** The workflows' signatures. */
export type WaitingWorkflow = (renewalsWithinDays?: number) => Promise<BegunNotices>;
export type NoticeWorkflow = (id: string) => Promise<EndOfNotice>;

/** What is to be told of renewals; without it nothing. */
export interface NoticesAhead {
  renewalsWithinDays?: number;
}

export interface BegunNotices {
  /** How many notices have got a run that sends them. */
  begun: number;
}

/** What became of a notice: it was told, or, with a problem, given up. */
export interface EndOfNotice {
  /** Of its message. */
  id: string;
  problem?: string;
}

/** The activities of these runs. */
export interface NoticeActivities {
  findNotices(ahead: NoticesAhead): Promise<string[]>;
  sendNotice(id: string): Promise<void>;
  recordNotice(end: EndOfNotice): Promise<void>;
}
