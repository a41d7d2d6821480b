/** Who a worker is to Temporal: `4711@host, wonce 0.1.0`. */
export function workerIdentityOf({
  pid,
  host,
  version,
}: {
  pid: number;
  host: string;
  version: string;
}): string {
  return `${pid}@${host}, wonce ${version}`;
}

/** The version in such an identity; undefined in any other. */
export function versionIn(identity: string): string | undefined {
  return /, wonce (\d[\w.-]{0,30})$/.exec(identity)?.[1];
}
