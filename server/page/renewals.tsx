import { purchasePage } from '../../domain/page-address';
import type { VNode } from 'preact';
import type { Renewal } from '../../domain/renewals';
import { Bars } from './bars';
import { Id, Said } from './parts';

const WEEKS = 26;

/** PBXs that something was ordered for, by their expiry: a picture of what comes, and a table. */
export function RenewalsPage({ renewals }: { renewals: readonly Renewal[] }): VNode {
  return (
    <>
      <h1>Renewals</h1>
      {renewals.length === 0 ? (
        <p class="calm">Nothing was ordered here yet that expires.</p>
      ) : (
        <>
          <Bars caption={`What expires in the next ${WEEKS} weeks`} bars={weeksOf(renewals)} />
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
                  <th scope="col">Last order</th>
                </tr>
              </thead>
              <tbody>
                {renewals.map((renewal) => (
                  <tr key={renewal.serialNumber}>
                    <th scope="row">
                      <Id>{renewal.serialNumber}</Id>
                    </th>
                    <td data-of="plan">
                      {renewal.plan === undefined ? 'not known' : <Said>{renewal.plan}</Said>}
                    </td>
                    <td class="number" data-of="extensions">
                      {renewal.extensions ?? 'not known'}
                    </td>
                    <td data-of="expires">
                      {renewal.expiresOn === undefined
                        ? 'not known'
                        : `${renewal.expiresOn} (${renewal.toldBy ?? 'not known'})`}
                    </td>
                    <td class="number" data-of="days left">
                      {renewal.daysLeft ?? 'not known'}
                    </td>
                    <td data-of="auto-renewal">
                      {renewal.autoRenewal === undefined ? 'not known' : renewal.autoRenewal ? 'on' : 'off'}
                    </td>
                    <td data-of="last order">
                      <a href={purchasePage(renewal.requestId)}>
                        <Id>{renewal.requestId}</Id>
                      </a>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}

function weeksOf(renewals: readonly Renewal[]) {
  return Array.from({ length: WEEKS }, (_, week) => {
    const due = renewals.filter(
      ({ daysLeft }) => daysLeft !== undefined && daysLeft >= week * 7 && daysLeft < (week + 1) * 7,
    ).length;
    return {
      label: week === 0 ? 'this week' : `in ${week} ${week === 1 ? 'week' : 'weeks'}`,
      value: due,
      words: `${due} ${due === 1 ? 'PBX' : 'PBXs'}`,
    };
  });
}
