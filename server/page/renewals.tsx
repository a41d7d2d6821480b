import { purchasePage } from '../../domain/page-address';
import type { VNode } from 'preact';
import type { Renewal } from '../../domain/renewals';
import { Bars } from './bars';
import { Id, Said } from './parts';
import { monthInWords } from './words';

const WEEKS = 26;
const COLUMNS = 7;

/** So many PBXs stand on a page. */
export const RENEWALS_ON_A_PAGE = 50;

interface RenewalsProps {
  renewals: readonly Renewal[];
  /** Which page, from 1. */
  page: number;
}

/** PBXs that something was ordered for, by their expiry: a picture of what comes, and a table by month. */
export function RenewalsPage({ renewals, page }: RenewalsProps): VNode {
  const first = (page - 1) * RENEWALS_ON_A_PAGE;
  const shown = renewals.slice(first, first + RENEWALS_ON_A_PAGE);
  const hasMore = renewals.length > first + RENEWALS_ON_A_PAGE;
  return (
    <>
      <h1>Renewals</h1>
      {renewals.length === 0 ? (
        <p class="calm">Nothing was ordered here yet that expires.</p>
      ) : (
        <>
          <Bars caption={`What expires in the next ${WEEKS} weeks, by week`} bars={weeksOf(renewals)} />
          <Table renewals={shown} all={renewals} />
          <p class="answers">
            {page > 1 && (
              <a class="button" href={addressOf(page - 1)}>
                Earlier ones
              </a>
            )}
            {hasMore && (
              <a class="button" href={addressOf(page + 1)}>
                Later ones
              </a>
            )}
            {renewals.length > shown.length && (
              <span class="note">
                {first + 1} to {first + shown.length} of {renewals.length}
              </span>
            )}
          </p>
        </>
      )}
    </>
  );
}

function addressOf(page: number): string {
  return page === 1 ? '/renewals' : `/renewals?page=${page}`;
}

function Table({ renewals, all }: { renewals: readonly Renewal[]; all: readonly Renewal[] }): VNode {
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">PBX</th>
            <th scope="col">Plan</th>
            <th scope="col" class="number">
              Extensions
            </th>
            <th scope="col">Expires</th>
            <th scope="col" class="number">
              Days left
            </th>
            <th scope="col">Auto-renewal</th>
            <th scope="col">
              <span class="unseen">what to do</span>
            </th>
          </tr>
        </thead>
        {monthsOf(renewals).map(([month, ofMonth]) => (
          <tbody key={month}>
            <tr class="group">
              <th scope="rowgroup" colSpan={COLUMNS}>
                {month} <span class="note">{pbxs(all.filter((one) => monthOf(one) === month).length)}</span>
              </th>
            </tr>
            {ofMonth.map((renewal) => (
              <Row key={renewal.serialNumber} renewal={renewal} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Row({ renewal }: { renewal: Renewal }): VNode {
  const { serialNumber, plan, extensions, expiresOn, toldBy, daysLeft, autoRenewal, requestId } = renewal;
  return (
    <tr>
      <th scope="row">
        <a href={purchasePage(requestId)} title="its last order">
          <Id>{serialNumber}</Id>
        </a>
      </th>
      <td data-of="plan">{plan === undefined ? 'not known' : <Said>{plan}</Said>}</td>
      <td class="number" data-of="extensions">
        {extensions ?? 'not known'}
      </td>
      <td data-of="expires">
        {expiresOn ?? 'not known'}
        {toldBy !== undefined && <span class="note"> by {toldBy === 'vendor' ? 'the vendor' : toldBy}</span>}
      </td>
      <td class="number" data-of="days left">
        {daysLeft === undefined ? 'not known' : daysLeft < 0 ? `over for ${-daysLeft}` : daysLeft}
      </td>
      <td data-of="auto-renewal">{autoRenewal === undefined ? 'not known' : autoRenewal ? 'on' : 'off'}</td>
      <td>
        <a href={`/new?${new URLSearchParams({ renew: serialNumber }).toString()}`}>
          Prepare renewal<span class="unseen"> of {serialNumber}</span>
        </a>
      </td>
    </tr>
  );
}

/** The months in which they expire, in their order: renewals come so. */
function monthsOf(renewals: readonly Renewal[]): [month: string, ofMonth: Renewal[]][] {
  const months = new Map<string, Renewal[]>();
  for (const renewal of renewals) {
    const month = monthOf(renewal);
    months.set(month, [...(months.get(month) ?? []), renewal]);
  }
  return [...months];
}

function monthOf({ expiresOn, daysLeft = 0 }: Renewal): string {
  if (expiresOn === undefined) return 'It is not known when';
  return daysLeft < 0 ? 'Expired' : monthInWords(expiresOn);
}

function weeksOf(renewals: readonly Renewal[]) {
  return Array.from({ length: WEEKS }, (_, week) => {
    const due = renewals.filter(
      ({ daysLeft }) => daysLeft !== undefined && daysLeft >= week * 7 && daysLeft < (week + 1) * 7,
    ).length;
    return {
      label: week === 0 ? 'this week' : `in ${week} ${week === 1 ? 'week' : 'weeks'}`,
      value: due,
      words: pbxs(due),
    };
  });
}

function pbxs(count: number): string {
  return `${count} ${count === 1 ? 'PBX' : 'PBXs'}`;
}
