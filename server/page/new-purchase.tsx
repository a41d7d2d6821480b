import type { VNode } from 'preact';
import { hasField } from '../../domain/operation-words';
import { OPERATION_RULES, ruleOf, type OperationRule } from '../../domain/operations';
import type { Quote } from '../../domain/quote';
import {
  BILLING_CYCLES,
  OPERATIONS,
  PRODUCTS,
  type Operation,
  type Product,
  type PurchaseRequest,
} from '../../domain/request';
import { orderInWords } from '../../domain/request-in-words';
import type { VendorEntry, VendorList } from '../../domain/vendor-list';
import { readableBody } from './order-as-sent';
import { Ago, Facts, Said } from './parts';
import { Fold } from './purchase';
import type { Clock } from './words';

const OPERATION_NAMES: Readonly<Record<Operation, string>> = {
  purchase: 'Buy a license',
  renew: 'Renew a license',
  'switch-plan': 'Switch the plan of a PBX',
  expand: 'Add extensions or concurrent calls',
  'add-service': 'Add a service',
  trial: 'Try for free',
};

/** What was typed, by the names of the form. */
export type Typed = Readonly<Record<string, string | undefined>>;

/** What is wrong, by the form's names of the fields; '' for what is wrong with the whole. */
export type FormProblems = Readonly<Record<string, string>>;

interface FormProps {
  requestId: string;
  operation: Operation;
  product: Product;
  typed: Typed;
  problems: FormProblems;
  offered: Readonly<Record<VendorList, readonly VendorEntry[]>>;
  readAt: Date | undefined;
  clock: Clock;
}

/** First the operation, then its fields. */
export function NewPurchasePage(props: FormProps): VNode {
  const { operation, product, readAt, clock } = props;
  const rule = ruleOf({ operation, product });
  return (
    <>
      <h1>New order</h1>
      <form class="filter" method="get" action="/new">
        <label>
          What is to be done
          <select name="operation">
            {OPERATIONS.map((one) => (
              <option key={one} value={one} selected={one === operation}>
                {OPERATION_NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Product
          <select name="product">
            {PRODUCTS.map((one) => (
              <option key={one} value={one} selected={one === product}>
                {one === 'software' ? 'Software Edition' : 'Appliance Edition'}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Show its fields</button>
      </form>
      {rule === undefined ? (
        <p class="calm">
          There is no such order of the {product} edition. It has:{' '}
          {OPERATION_RULES.filter((one) => one.product === product)
            .map((one) => OPERATION_NAMES[one.operation].toLowerCase())
            .join(', ')}
          .
        </p>
      ) : (
        <Form {...props} rule={rule} />
      )}
      <p class="note">
        {readAt === undefined ? (
          "The vendor's lists are being read: type what you know, it is checked before anything is ordered."
        ) : (
          <>
            Plans, services, partners and PBXs as the vendor listed them <Ago at={readAt} clock={clock} />.
            What you type is checked with the vendor before anything is ordered.
          </>
        )}
      </p>
    </>
  );
}

/** A field of the form. */
interface FormField {
  name: string;
  /** How the request's problems name it, where that is not its name here. */
  of?: string;
  label: string;
  hint?: string | undefined;
  /** The vendor's list that it names an entry of. */
  list?: VendorList;
  /** It is a number, and at most this one where there is a most. */
  count?: { most?: number };
  /** It is one of these words. */
  words?: readonly string[];
}

const WHOM = 'their e-mail address, company or id';

const FIELDS: readonly FormField[] = [
  { name: 'serialNumber', of: 'license.serialNumber', label: 'Serial number of the PBX', list: 'pbx' },
  {
    ...{ name: 'partner', of: 'license.partner', label: 'Partner', list: 'partner' },
    hint: `${WHOM}; empty for yourselves`,
  },
  { name: 'plan', label: 'Plan', list: 'plan' },
  { name: 'extensions', label: 'Extensions', count: {} },
  { name: 'addExtensions', label: 'More extensions', count: {} },
  { name: 'addConcurrentCalls', label: 'More concurrent calls', count: {} },
  {
    ...{ name: 'services', label: 'Services', list: 'service' },
    hint: 'commas between them; of some how many: 5 × Outbound Call Center',
  },
  { name: 'billingCycle', label: 'Billing cycle', words: BILLING_CYCLES },
  { name: 'years', label: 'Years', hint: 'none by the month', count: { most: 5 } },
  { name: 'billingContact', label: 'Billing contact', hint: WHOM, list: 'billing-contact' },
  {
    ...{ name: 'activationMailTo', label: 'Activation mail to', list: 'partner' },
    hint: `the user who gets it too: ${WHOM}`,
  },
  { name: 'poNumber', label: 'Purchase order', hint: 'yours, if you have one' },
];

/**
 * The field of the form that a field of the request is typed in, `license.partner.email` in `partner`; undefined where the
 * form of the operation has none.
 */
export function fieldTyping(ofRequest: string, rule: OperationRule): string | undefined {
  const isOf = ({ name, of = name }: FormField) => ofRequest === of || ofRequest.startsWith(`${of}.`);
  return fieldsOfRule(rule).find(isOf)?.name;
}

/** The vendor's list of which a field of the form names an entry. */
export function listOf(name: string): VendorList | undefined {
  return FIELDS.find((field) => field.name === name)?.list;
}

/** The fields of an operation; of a license the one that is there, or the one that is new, or either. */
function fieldsOfRule(rule: OperationRule): FormField[] {
  const isNew = rule.licenses.includes('new');
  const isExisting = rule.licenses.includes('existing');
  return FIELDS.flatMap((field) => {
    if (field.name === 'partner') return isNew ? field : [];
    // Years are none of a cycle where there is none.
    if (field.name === 'years' && !hasField(rule, 'billingCycle')) {
      return hasField(rule, 'years') ? { ...field, hint: undefined } : [];
    }
    if (field.name !== 'serialNumber') return hasField(rule, field.name) ? field : [];
    if (!isExisting) return [];
    return isNew ? { ...field, hint: 'empty for a new license' } : field;
  });
}

function Form({
  requestId,
  operation,
  product,
  problems,
  rule,
  offered,
  typed,
}: FormProps & { rule: OperationRule }): VNode {
  return (
    <form class="card fill" method="post" action="/new/quote" data-slow="Looking it up at the vendor…">
      <input type="hidden" name="requestId" value={requestId} />
      <input type="hidden" name="operation" value={operation} />
      <input type="hidden" name="product" value={product} />
      {problems[''] !== undefined && (
        <p class="banner refused" role="alert">
          <Said>{problems['']}</Said>
        </p>
      )}
      {fieldsOfRule(rule).map((field) => (
        <Field
          key={field.name}
          field={field}
          value={typed[field.name]}
          problem={problems[field.name]}
          offered={field.list === undefined ? [] : offered[field.list]}
        />
      ))}
      <p class="answers">
        <button type="submit">Show the quote</button>
        <span class="note">Nothing is ordered yet.</span>
      </p>
    </form>
  );
}

interface FieldProps {
  field: FormField;
  value: string | undefined;
  /** What is wrong with it. */
  problem: string | undefined;
  offered: readonly VendorEntry[];
}

/** A field of an operation's form as it is after somebody has left it; none where the form has no such field. */
export function LeftField({
  name,
  rule,
  ...props
}: Omit<FieldProps, 'field'> & { name: string; rule: OperationRule }): VNode | null {
  const field = fieldsOfRule(rule).find((one) => one.name === name);
  return field === undefined ? null : <Field {...props} field={field} />;
}

/** The field is looked at when one leaves it: what is wrong stands beside it then, and nothing else is touched. */
function lookedAt(name: string) {
  return {
    'hx-post': `/new/field?of=${name}`,
    'hx-trigger': 'change',
    'hx-include': 'closest form',
    'hx-target': 'this',
    'hx-swap': 'outerMorph',
  };
}

/** A field, with what is wrong with it beside it. */
function Field({ field, value, problem, offered }: FieldProps): VNode {
  const { name, label, hint, list, words } = field;
  const said = {
    ...{ id: name, name, 'aria-invalid': problem !== undefined },
    'aria-describedby': problem === undefined ? undefined : `${name}-problem`,
  };
  return (
    <div class="field" {...lookedAt(name)}>
      <label for={name}>
        {label} {hint !== undefined && <span class="note">({hint})</span>}
      </label>
      {words === undefined ? (
        <input {...said} value={value} {...kindOf(field)} />
      ) : (
        <select {...said}>
          <option value="">as usual</option>
          {words.map((word) => (
            <option key={word} value={word} selected={word === value}>
              {word}
            </option>
          ))}
        </select>
      )}
      {list !== undefined && (
        <datalist id={`${name}-offered`}>
          <Offered entries={offered} />
        </datalist>
      )}
      {problem !== undefined && (
        <p class="problem" id={`${name}-problem`} role="status">
          <Said>{problem}</Said>
        </p>
      )}
    </div>
  );
}

/** What is typed there; of a vendor's list, entries are fetched while one types. */
function kindOf({ name, list, count }: FormField) {
  if (count !== undefined) {
    return { type: 'number', min: 1, max: count.most, inputMode: 'numeric' } as const;
  }
  return {
    ...{ maxLength: 500, autocomplete: 'off' },
    ...(list !== undefined && {
      list: `${name}-offered`,
      'hx-get': `/new/offered?list=${list}&field=${name}`,
      'hx-trigger': 'input delay:200ms',
      'hx-target': `#${name}-offered`,
      'hx-swap': 'innerHTML',
    }),
  } as const;
}

/** What the vendor's list has, as a browser offers it. */
export function Offered({ entries }: { entries: readonly VendorEntry[] }): VNode {
  return (
    <>
      {entries.map(({ name, label }) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </>
  );
}

/** What would be ordered, exactly; then it is asked once more. */
export function QuotePage({ request, quote }: { request: PurchaseRequest; quote: Quote }): VNode {
  const { license, plan } = request;
  const whom = license.kind === 'existing' ? license.serialNumber : 'a new license';
  return (
    <form class="card decide" method="post" action="/new/order" data-slow="Ordering…">
      <h1>
        <Said>{orderInWords(request)}</Said>
      </h1>
      <p>Nothing is ordered yet. This is what would be sent to the vendor:</p>
      <Facts
        of={[
          ...quote.prices.map(
            ({ of, field, value }) => [`${of}, ${field}`, <Said key={field}>{value}</Said>] as const,
          ),
          ['prices', quote.prices.length === 0 && "The vendor's lists tell none."],
        ]}
      />
      {quote.doubts.length > 0 && (
        <div class="banner">
          <p>Before the order you will be asked:</p>
          {quote.doubts.map((doubt) => (
            <p key={doubt}>
              <Said>{doubt}</Said>
            </p>
          ))}
        </div>
      )}
      <Fold label="the body of the order">
        <pre tabIndex={0}>{readableBody(quote.body)}</pre>
      </Fold>
      <p>
        The order is exactly this, or none: if the vendor's lists change before it is sent, nothing is
        ordered. An order cannot be taken back.
      </p>
      <input type="hidden" name="requestId" value={quote.requestId} />
      <p class="answers">
        <a class="button safe" href="/">
          Order nothing
        </a>
        <button type="submit" class="spends">
          <Said>{`Order ${plan} for ${whom}`}</Said>
        </button>
      </p>
    </form>
  );
}
