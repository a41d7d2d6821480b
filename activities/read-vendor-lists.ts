import type { VendorEntry, VendorList } from '../domain/vendor-list';
import { visibleText } from '../domain/visible-text';
import type { Details } from '../portal/people';
import type { ActivityDeps } from './dependencies';

const ALL = { asked: 'all', matches: () => true, byId: false };

/** Reads the vendor's lists and keeps them for whoever fills in a form. Nothing of them is in the answer: it would be in a history. */
export function readVendorLists(deps: ActivityDeps) {
  return async (): Promise<void> => {
    const { portal, ledger } = deps;
    const keep = (list: VendorList, entries: VendorEntry[]) =>
      ledger.vendorLists.replace(
        list,
        entries.map(({ name, label }) => ({ name: visibleText(name), label: visibleText(label) })),
      );
    const { plans, services } = await portal.getCatalogue();
    await keep(
      'plan',
      plans.map(({ name, planId }) => ({ name, label: planId })),
    );
    await keep(
      'service',
      services.map(({ name, serviceId }) => ({ name, label: serviceId })),
    );
    const contacts = await portal.findBillingContacts(ALL);
    await keep('billing-contact', contacts.items.flatMap(entryOfPerson));
    const partners = await portal.findPartners(ALL);
    await keep('partner', partners.items.flatMap(entryOfPerson));
    const pbxs = await portal.listProducts();
    await keep(
      'pbx',
      pbxs.map(({ productNo }) => ({ name: productNo, label: '' })),
    );
  };
}

/** A request names a person by their e-mail address. */
function entryOfPerson({ email, company = '' }: Details): VendorEntry[] {
  return email === undefined ? [] : [{ name: email, label: company }];
}
