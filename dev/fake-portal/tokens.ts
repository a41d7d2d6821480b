import { randomBytes } from 'node:crypto';

/** How many tokens are held before the dead ones are swept out. */
const SWEEP_AT = 1_000;

/** Access tokens that were given out; they live in memory, as long as the process. */
export class Tokens {
  private readonly expiry = new Map<string, number>();

  give(lifetimeSeconds: number): string {
    if (this.expiry.size >= SWEEP_AT) this.sweep();
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

  private sweep(): void {
    const now = Date.now();
    for (const [token, end] of this.expiry) if (end <= now) this.expiry.delete(token);
  }
}
