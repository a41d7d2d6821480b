import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of two files in PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of a test's own, made by openssl, that signs certificates for servers and clients. */
export class Authority {
  private readonly own: Certificate;

  /** @param folder made for its files */
  constructor(
    private readonly folder: string,
    name = 'Authority of the test',
  ) {
    mkdirSync(folder, { recursive: true });
    this.own = { key: join(folder, 'ca.key'), cert: join(folder, 'ca.pem') };
    openssl(['req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`, ...out(this.own)]);
  }

  /** The path of its certificate. */
  get cert(): string {
    return this.own.cert;
  }

  /**
   * Signs a certificate.
   *
   * @param names by which it is reached, such as `DNS:temporal.example,IP:127.0.0.1`
   * @param options `days` that it is valid; below 0 it has expired. `owner`: the name in it (CN)
   */
  issue(file: string, names: string, { days = 2, owner = file } = {}): Certificate {
    const made = { key: join(this.folder, `${file}.key`), cert: join(this.folder, `${file}.pem`) };
    const [request, extensions] = ['csr', 'ext'].map((ending) => join(this.folder, `${file}.${ending}`));
    openssl(['req', '-new', ...NEW_KEY, '-subj', `/CN=${owner}`, '-keyout', made.key, '-out', request!]);
    writeFileSync(extensions!, `subjectAltName=${names}\nbasicConstraints=critical,CA:FALSE\n`);
    const { key, cert } = this.own;
    openssl([
      ...['x509', '-req', '-in', request!, '-CA', cert, '-CAkey', key, '-CAcreateserial'],
      ...['-days', String(days), '-extfile', extensions!, '-out', made.cert],
    ]);
    return made;
  }
}

export function contentsOf({ key, cert }: Certificate): { key: Buffer; cert: Buffer } {
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

function out({ key, cert }: Certificate): string[] {
  return ['-keyout', key, '-out', cert];
}

function openssl(args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
