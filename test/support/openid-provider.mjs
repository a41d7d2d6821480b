// A provider of OpenID Connect for tests: whoever says that they have an e-mail address has it.
import Provider from 'oidc-provider';
import { createServer } from 'node:http';

const [redirect] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'wonce', client_secret: 'a-secret-of-the-client', redirect_uris: [redirect] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified') }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ['a key of the provider'] },
  });
  server.on('request', provider.callback());
  process.stdout.write(`provider listening on ${issuer}\n`);
});
