import type { Page } from 'playwright-core';
import type { PurchaseRequest } from '../../domain/request';
import { dealPage, purchasePage } from '../../domain/page-address';
import type { Scene } from './scene';

/** What is pictured: a name, and how the scene comes to it. What was made for one state is there in those after it. */
export interface State {
  name: string;
  /** What it shows, in the words of whoever cannot see it. */
  words: string;
  /** Lets happen what it shows. @returns where it is to be seen, or how one gets there */
  make: (scene: Scene) => Promise<string | ((page: Page) => Promise<unknown>)>;
}

/** The states of the page, in the order in which they are made. */
export const STATES: readonly State[] = [
  {
    name: 'sign-in',
    words: 'The door: a token',
    make: () =>
      Promise.resolve(async (page) => {
        await page.context().clearCookies({ name: 'wonce' });
        await page.goto('/');
      }),
  },
  { name: 'calm', words: 'Nothing waits', make: () => Promise.resolve('/') },
  {
    name: 'ordered',
    words: 'A purchase that was ordered',
    make: async (scene) => purchasePage(await scene.done(ofPbx('PO-2026-4187', '3651E1292455'))),
  },
  {
    name: 'refused',
    words: 'A purchase that was refused',
    make: async (scene) => {
      const request = { ...ofPbx('PO-2026-4188', '3651E1300374'), plan: 'Premium', services: [] };
      return purchasePage(await scene.done(request));
    },
  },
  {
    name: 'choice',
    words: 'A purchase that waits for a choice',
    make: async (scene) => {
      const license = { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } } as const;
      return purchasePage(await scene.done({ ...ofPbx('PO-2026-4190', ''), license }));
    },
  },
  {
    name: 'unknown',
    words: 'An order of which nobody knows whether it was made',
    make: async (scene) => {
      await scene.portal.fault({ endpoint: 'orders', kind: 'cut', when: 'before', times: 1 });
      return purchasePage(await scene.done(ofPbx('PO-2026-4191', '3651E1316212')));
    },
  },
  {
    name: 'second-step',
    words: 'The second step of a decision that spends money',
    make: () => Promise.resolve(`${purchasePage('PO-2026-4191')}/decide?verb=settle&notCreated=order-again`),
  },
  {
    name: 'approval',
    words: 'An order that has to be approved',
    make: async (scene) => {
      await scene.giveRules(RULES);
      const large = { ...ofPbx('PO-2026-4192', '3651E1320077'), extensions: 500 };
      return purchasePage(await scene.done(large));
    },
  },
  {
    name: 'not-found',
    words: 'What is not there',
    make: () => Promise.resolve(purchasePage('PO-2026-0000')),
  },
  { name: 'home', words: 'Something waits', make: () => Promise.resolve('/') },
  {
    name: 'incomplete',
    words: 'A deal that lacks something',
    make: async (scene) => dealPage(await scene.incompleteDeal()),
  },
  { name: 'deals', words: 'The deals', make: () => Promise.resolve('/deals') },
  { name: 'orders', words: 'The orders', make: () => Promise.resolve('/orders?status=ordered') },
  { name: 'renewals', words: 'What is to be renewed', make: () => Promise.resolve('/renewals') },
  {
    name: 'form',
    words: 'The form of a new order',
    make: () => Promise.resolve((page) => fillIn(page)),
  },
  {
    name: 'quote',
    words: 'What would be ordered',
    make: () =>
      Promise.resolve(async (page) => {
        await fillIn(page);
        await page.getByRole('button', { name: 'Show the quote' }).click();
        await page.getByText('This is what would be sent').waitFor();
      }),
  },
];

const RULES = `approvals:
  - { name: large orders, extensions: { atLeast: 500 }, people: 2, remindAfter: 4h }
`;

/** The vendor tutorial's purchase, for another PBX. */
function ofPbx(requestId: string, serialNumber: string): PurchaseRequest {
  return {
    ...{ requestId, poNumber: requestId },
    license: { kind: 'existing', serialNumber },
    ...{ plan: 'Ultimate', extensions: 100, services: ['Disaster Recovery'], years: 2 },
    billingContact: { email: 'accounts@reseller.example' },
  };
}

async function fillIn(page: Page): Promise<void> {
  const typed = { operation: 'purchase', serialNumber: '3651E1292455', plan: 'Ultimate', extensions: '100' };
  const more = { services: 'Disaster Recovery', years: '2', billingContact: 'accounts@reseller.example' };
  await page.goto(`/new?${new URLSearchParams({ ...typed, ...more }).toString()}`);
}
