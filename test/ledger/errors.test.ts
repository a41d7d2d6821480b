import { asLedgerError } from '../../ledger/errors';

const url = 'postgres://wonce:planted-secret@db.example:6432/ledger';

it.each<[string, object, string?]>([
  ['a connection refused', { code: 'ECONNREFUSED' }],
  ['a wrong password', { code: '28P01' }],
  ['a missing password', { message: 'SASL: client password must be a string' }],
  ['no such database', { code: '3D000' }],
  ['too many connections', { code: '53300' }, 'max_connections'],
  ['a database that shuts down', { code: '57P01' }],
  ['a certificate that has expired', { code: 'CERT_HAS_EXPIRED' }, 'clock'],
  ['a certificate that nobody vouches for', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  ['a certificate of an authority not known here', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }],
  ['a certificate of another host', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
  ['a connection that breaks', { message: 'Connection terminated unexpectedly' }],
  ['a database that does not answer', { message: 'Query read timeout' }],
  ['a pool without a free connection', { message: 'timeout exceeded when trying to connect' }],
])(
  '%s is an unavailable ledger: it says where and what to do, never the password',
  (_what, error, todo = 'DATABASE_URL') => {
    const told = asLedgerError(Object.assign(new Error(), error), url) as Error;
    expect(told).toMatchObject({ code: 'LedgerUnavailable' });
    expect(told.message).toContain('db.example:6432/ledger');
    expect(told.message).toContain(todo);
    expect(told.message).not.toContain('planted-secret');
  },
);

it('a fault of our own stays what it is', () => {
  const fault = Object.assign(new Error('syntax error'), { code: '42601' });
  expect(asLedgerError(fault, url)).toBe(fault);
});
