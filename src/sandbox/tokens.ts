import { randomBytes } from 'node:crypto';

/** Access tokens that were given out; they live in memory, as long as the process. */
export class Tokens {
  private readonly expiry = new Map<string, number>();

  give(lifetimeSeconds: number): string {
    const token = `eyJ${randomBytes(24).toString('base64url')}.${randomBytes(24).toString('base64url')}`;
    this.expiry.set(token, Date.now() + lifetimeSeconds * 1000);
    return token;
  }

  isValid(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    return token !== undefined && Date.now() < (this.expiry.get(token) ?? 0);
  }

  expireAll(): void {
    this.expiry.clear();
  }
}
