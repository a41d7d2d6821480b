import type { FastifyReply, FastifyRequest } from 'fastify';
import { loginName } from '../../config/login-name';
import { accessGuard } from '../access';
import { Problem } from '../problem';
import type { PageParts } from './page-parts';
import type { Health } from './health';
import { Presence } from './presence';
import { Sessions, type Person } from './session';
import { clockOf, type Viewer } from './viewer';

/** At which everybody knocks who has no session. */
export const DOOR = 'page';

const OPEN = /^\/(sign-in|assets\/)/;

/** Lets in whoever is signed in, and knows who it is. */
export class Gate {
  readonly sessions: Sessions;
  readonly presence = new Presence();
  /** Without tokens, people or a provider, whoever is on this machine is let in. */
  readonly isOpen: boolean;
  private readonly cookieName: string;
  private readonly onlyThisMachine = accessGuard([]);
  private readonly publicHost: string;

  constructor(
    { tokens, signIn, publicUrl }: PageParts,
    private readonly health: Health,
    private readonly isTls: boolean,
  ) {
    this.sessions = new Sessions(signIn, tokens);
    this.isOpen = tokens.length + signIn.people.length === 0 && signIn.openId === undefined;
    // A browser takes a cookie of such a name only from the host itself, over TLS.
    this.cookieName = isTls ? '__Host-wonce' : 'wonce';
    this.publicHost = new URL(publicUrl).host;
  }

  /**
   * Refuses what another site sends; asks whoever is not signed in to do so.
   *
   * @throws Problem CrossSite, HostNotAllowed, Unauthorised
   */
  letIn(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    this.refuseOtherSites(request);
    if (this.isOpen) this.onlyThisMachine(request);
    if (OPEN.test(request.url) || this.viewerOf(request) !== undefined) return undefined;
    if (request.method !== 'GET' || request.routeOptions.url === '/events') {
      throw new Problem(
        'Unauthorised',
        'Your session has ended, and nothing was done. Sign in, and try again.',
      );
    }
    return reply.redirect(`/sign-in?${new URLSearchParams({ next: request.url }).toString()}`, 303);
  }

  /** Who looks; undefined when nobody is signed in. */
  viewerOf(request: FastifyRequest): Viewer | undefined {
    const person = this.personOf(request);
    return (
      person && {
        person,
        isSignedIn: !this.isOpen,
        clock: clockOf(request),
        standings: this.health.now(),
        othersAt: (at) => this.presence.othersAt(at, person.name),
      }
    );
  }

  /** Who looks, where `letIn` has let them in. @throws Problem Unauthorised */
  viewer(request: FastifyRequest): Viewer {
    const viewer = this.viewerOf(request);
    if (viewer === undefined) throw new Problem('Unauthorised');
    return viewer;
  }

  /** Begins a session. */
  signIn(reply: FastifyReply, session: string): void {
    const maxAge = Math.floor(this.sessions.lastsMs / 1000);
    reply.setCookie(this.cookieName, session, { ...this.cookie(), maxAge });
  }

  signOut(reply: FastifyReply): void {
    reply.clearCookie(this.cookieName, this.cookie());
  }

  /** Of every cookie: no script reads it, no other site sends it with a form. */
  cookie() {
    return { path: '/', httpOnly: true, secure: this.isTls, sameSite: 'lax' } as const;
  }

  private personOf(request: FastifyRequest): Person | undefined {
    if (this.isOpen) return { name: loginName(), via: 'page without sign-in' };
    return this.sessions.read(request.cookies?.[this.cookieName]);
  }

  /** A form of another site would be sent with the cookies of this one. */
  private refuseOtherSites({ method, headers }: FastifyRequest): void {
    if (method === 'GET' || method === 'HEAD') return;
    const { origin, host, 'sec-fetch-site': site = 'same-origin' } = headers;
    const own = [host, this.publicHost];
    const isOwn = origin !== undefined && URL.canParse(origin) && own.includes(new URL(origin).host);
    if (isOwn && site === 'same-origin') return;
    throw new Problem(
      'CrossSite',
      'This came from another site, and nothing was done. Open the page by its own address.',
    );
  }
}
