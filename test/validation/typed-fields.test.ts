import type { DealDraft } from '../../domain/deal';
import { readTypedField, TYPED_FIELDS, typedFields } from '../../validation/typed-fields';

it.each<DealDraft>([
  { operation: 'renew', product: 'appliance', license: { kind: 'existing', serialNumber: '3651E1292455' } },
  { license: { kind: 'new', partner: { company: 'Blue Lagoon Ltd' } }, plan: 'Ultimate', extensions: 100 },
  {
    license: { kind: 'new', partner: { partnerId: '3076915454489739265' } },
    years: 2,
    billingCycle: 'annually',
  },
  { services: ['Disaster Recovery', { service: 'Outbound Call Center', quantity: 5 }], poNumber: 'PO 7' },
  { billingContact: { email: 'a@b.example' }, activationMailTo: { company: 'Northern Clinics' } },
  { billingContact: { billingContactId: '3197218168379846218' }, addExtensions: 5, addConcurrentCalls: 8 },
])('what is known, typed and read again, is the same: %j', (draft) => {
  const typed = typedFields(draft);
  const read = TYPED_FIELDS.map((field) => readTypedField(field, typed[field] ?? ''));
  expect(Object.assign({}, ...read)).toEqual(draft);
});

it.each([
  '5 × Outbound Call Center',
  '5 x Outbound Call Center',
  '5x Outbound Call Center',
  '５ * Outbound Call Center',
])('how many of a service is typed as in "%s"', (text) => {
  const services = [{ service: 'Outbound Call Center', quantity: 5 }];
  expect(readTypedField('services', text)).toEqual({ services });
});

it.each(['3CX', '4x4', 'Hotel PMS'])('a service is called "%s", whatever it begins with', (name) => {
  expect(readTypedField('services', name)).toEqual({ services: [name] });
});
