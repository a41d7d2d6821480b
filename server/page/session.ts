import { sign, unsign } from '@fastify/cookie';
import { hkdfSync } from 'node:crypto';
import { isSameSecret } from '../../config/same-secret';
import type { SignInSettings } from '../../config/server-settings';
import { fingerprintOf } from '../fingerprint';
import { mayEnter } from './openid';

/** Who is signed in. */
export interface Person {
  /** By which they decide: kept for good. */
  name: string;
  /** By which door they came, for the record. */
  via: string;
}

/** What the cookie holds; signed, so that nobody can write one. It holds no secret. */
interface Session extends Person {
  /** The fingerprint of the token: without the token the session ends. Absent when a provider vouches. */
  token?: string;
  /** In ms since 1970. */
  until: number;
}

/** Signs people in by token, and knows them again by their cookie. Any server with the same settings knows them. */
export class Sessions {
  private readonly key: string;

  /** @param tokens of the API: whoever has one may sign in as that token */
  constructor(
    private readonly settings: SignInSettings,
    private readonly tokens: readonly string[],
  ) {
    this.key = keyOf(settings, tokens);
  }

  /** How long a session lasts, in ms. */
  get lastsMs(): number {
    return this.settings.sessionMs;
  }

  /** The cookie of whoever has that token; undefined when nobody has. */
  byToken(given: string): string | undefined {
    const owners = this.owners();
    // All are compared, whatever the first came to: the time taken tells nothing.
    const found = owners.map((owner) => isSameSecret(given, owner.token)).lastIndexOf(true);
    const owner = owners[found];
    if (owner === undefined) return undefined;
    const token = fingerprintOf(owner.token);
    return this.seal({ name: owner.name, via: `page, token ${token}`, token });
  }

  /** The cookie of whom a provider of OpenID Connect vouches for. */
  byProvider(name: string, issuer: string): string {
    return this.seal({ name, via: `page, OpenID Connect of ${new URL(issuer).host}` });
  }

  /** Whose cookie it is; undefined when it is none, is over, or who signed in with it may not any more. */
  read(cookie: string | undefined): Person | undefined {
    const { valid, value } = cookie === undefined ? NONE : unsign(cookie, this.key);
    if (!valid || value === null) return undefined;
    const { name, via, token, until } = JSON.parse(fromCookie(value)) as Session;
    if (until < Date.now()) return undefined;
    const isKnown = token === undefined ? this.isAllowed(name) : this.isOwned(token);
    return isKnown ? { name, via } : undefined;
  }

  /** Who has left the house since they signed in is out with the next start of the server. */
  private isAllowed(address: string): boolean {
    const { openId } = this.settings;
    return openId !== undefined && mayEnter(openId, address);
  }

  private isOwned(fingerprint: string): boolean {
    return this.owners().some(({ token }) => fingerprintOf(token) === fingerprint);
  }

  private seal(session: Omit<Session, 'until'>): string {
    const content: Session = { ...session, until: Date.now() + this.lastsMs };
    return sign(Buffer.from(JSON.stringify(content)).toString('base64url'), this.key);
  }

  private owners(): { name: string; token: string }[] {
    const nameless = this.tokens.map((token) => ({ name: `token ${fingerprintOf(token)}`, token }));
    return [...nameless, ...this.settings.people];
  }
}

const NONE = { valid: false, value: null };

function fromCookie(value: string): string {
  return Buffer.from(value, 'base64url').toString('utf8');
}

/** Made of the secrets that there are: one more would have to be kept, and a changed one ends the sessions of old. */
function keyOf({ people, openId }: SignInSettings, tokens: readonly string[]): string {
  const secrets = [...tokens, ...people.map(({ token }) => token), openId?.clientSecret ?? ''].sort();
  return Buffer.from(hkdfSync('sha256', secrets.join('\n'), '', 'wonce page session', 32)).toString('base64');
}
