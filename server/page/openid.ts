import type * as OpenId from 'openid-client' with { 'resolution-mode': 'import' };
import axios from 'axios';
import { outbound } from '../../config/outbound';
import type { OpenIdSettings } from '../../config/server-settings';

/** Of each call of the provider, in s. */
const TIMEOUT_S = 10;
/** What is longer is no answer of a provider, in bytes. */
const LONGEST_ANSWER = 1024 * 1024;

/** What is kept in the browser until the provider sends it back. */
export interface OpenIdStep {
  verifier: string;
  state: string;
  nonce: string;
  next: string;
}

/** Signs people in by a provider of OpenID Connect (authorization code with PKCE). */
export class OpenIdSignIn {
  private configuration: Promise<OpenId.Configuration> | undefined;

  /** @param callback the address here to which the provider sends them back */
  constructor(
    private readonly settings: OpenIdSettings,
    private readonly callback: string,
  ) {}

  /** For people: the host of the issuer. */
  get name(): string {
    return new URL(this.settings.issuer).host;
  }

  get issuer(): string {
    return this.settings.issuer;
  }

  /** Where to send somebody who wants to sign in, and what to keep meanwhile. */
  async begin(next: string): Promise<{ url: string; step: OpenIdStep }> {
    const openId = await library();
    const configuration = await this.discovered();
    const step = {
      verifier: openId.randomPKCECodeVerifier(),
      state: openId.randomState(),
      nonce: openId.randomNonce(),
      next,
    };
    const url = openId.buildAuthorizationUrl(configuration, {
      redirect_uri: this.callback,
      scope: 'openid email',
      code_challenge: await openId.calculatePKCECodeChallenge(step.verifier),
      code_challenge_method: 'S256',
      state: step.state,
      nonce: step.nonce,
    });
    return { url: url.href, step };
  }

  /**
   * The e-mail address of whom the provider sends back.
   *
   * @returns undefined when they may not sign in here, or the provider does not vouch for their address
   * @throws Error when the answer is not the provider's, or is not about this sign-in
   */
  async finish(query: string, { verifier, state, nonce }: OpenIdStep): Promise<string | undefined> {
    const openId = await library();
    const configuration = await this.discovered();
    const tokens = await openId.authorizationCodeGrant(configuration, new URL(`${this.callback}${query}`), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const { sub, email, email_verified: isVerified } = tokens.claims()!;
    const told =
      typeof email === 'string'
        ? { email, isVerified }
        : await openId.fetchUserInfo(configuration, tokens.access_token, sub).then((claims) => ({
            email: claims.email,
            isVerified: claims.email_verified,
          }));
    if (told.email === undefined || told.isVerified === false) return undefined;
    const address = told.email.toLowerCase();
    return mayEnter(this.settings, address) ? address : undefined;
  }

  /** What the provider says of itself, asked for at the first sign-in: it may be away when the server starts. */
  private async discovered(): Promise<OpenId.Configuration> {
    this.configuration ??= this.discover().catch((error: unknown) => {
      this.configuration = undefined;
      throw error;
    });
    return this.configuration;
  }

  private async discover(): Promise<OpenId.Configuration> {
    const openId = await library();
    const { issuer, clientId, clientSecret } = this.settings;
    const url = new URL(issuer);
    // settings.ts lets plain HTTP through for this machine alone.
    const plain = url.protocol === 'http:' ? { execute: [openId.allowInsecureRequests] } : {};
    const throughProxy = { [openId.customFetch]: fetchOutbound };
    return openId.discovery(url, clientId, clientSecret, undefined, {
      ...plain,
      ...throughProxy,
      timeout: TIMEOUT_S,
    });
  }
}

/** Whether the house lets somebody in of whose e-mail address, in small letters, the provider vouches for. */
export function mayEnter({ allowed }: OpenIdSettings, address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@'));
  return allowed.some((entry) => entry === address || entry === domain);
}
/** As `fetch`, which knows of no proxy. */
const fetchOutbound: OpenId.CustomFetch = async (url, { method, headers, body, signal }) => {
  const answer = await axios.request<ArrayBuffer>({
    ...outbound(url),
    ...{ url, method, headers, data: body, maxRedirects: 0 },
    maxContentLength: LONGEST_ANSWER,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    signal: signal ?? AbortSignal.timeout(TIMEOUT_S * 1000),
  });
  const sent = Object.entries(answer.headers).flatMap(([name, value]) => {
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
  const hasBody = ![204, 205, 304].includes(answer.status);
  return new Response(hasBody ? answer.data : null, { status: answer.status, headers: sent });
};

/** An ES module, which CommonJS can only import so. */
function library(): Promise<typeof OpenId> {
  return import('openid-client');
}
