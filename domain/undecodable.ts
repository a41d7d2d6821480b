/**
 * Stands for a payload that cannot be decoded: sent by hand with another encoding, or in a language of its own. A run
 * that failed to read it would be asked to read it for ever.
 */
export class Undecodable {
  /** @param encoding as its sender named it, at most 40 characters; `none` where it named none */
  constructor(readonly encoding: string) {}

  /** What is wrong with it, for people. */
  get problem(): string {
    return `expected JSON (encoding json/plain); came a payload that cannot be decoded (encoding ${this.encoding})`;
  }
}
