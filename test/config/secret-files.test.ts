import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '../../config/settings-error';
import { SECRET_SETTINGS, withSecretsOfFiles } from '../../config/secret-files';
import { readDealsFile, readDealsRules } from '../../crm/deals-file/deals-file';
import { shopFile } from '../crm/shop-file';

const folder = mkdtempSync(join(tmpdir(), 'wonce-secrets-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

it.each(SECRET_SETTINGS)('%s may stand in a file, and the path of the file goes no further', (name) => {
  const path = file(name, '\uFEFF a secret of the file\r\n\n');
  expect(withSecretsOfFiles({ [`${name}_FILE`]: path, OTHER: 'x' })).toEqual({
    [name]: 'a secret of the file',
    [`${name}_FILE`]: undefined,
    OTHER: 'x',
  });
});

it('what stands in no file stays as it is', () => {
  const env = {
    DATABASE_URL: 'postgres://x',
    WONCE_DEALS_FILE: '/deals.yaml',
    PORTAL_CLIENT_SECRET_FILE: '',
  };
  expect(withSecretsOfFiles(env)).toMatchObject(env);
});

it('all that cannot be had is named at once, and no content is shown', () => {
  const env = {
    PORTAL_CLIENT_SECRET: 'hunter2',
    PORTAL_CLIENT_SECRET_FILE: file('both', 'hunter3'),
    DATABASE_URL_FILE: join(folder, 'nowhere'),
    WONCE_API_TOKENS_FILE: file('empty', ' \n'),
    WONCE_PEOPLE_FILE: folder,
    WONCE_NOTICES_SECRET_FILE: file('binary', Uint8Array.of(0xff, 0xfe, 0xfd, 0x80)),
  };
  const read = () => withSecretsOfFiles(env);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(
    /PORTAL_CLIENT_SECRET: expected PORTAL_CLIENT_SECRET or PORTAL_CLIENT_SECRET_FILE, and both are set/,
  );
  expect(read).toThrow(/DATABASE_URL: expected the path of a file with its value in DATABASE_URL_FILE/);
  expect(read).toThrow(
    /WONCE_API_TOKENS: expected its value in the file that WONCE_API_TOKENS_FILE names, and that is empty/,
  );
  expect(read).toThrow(/WONCE_PEOPLE: expected the path of a file/);
  expect(read).toThrow(/WONCE_NOTICES_SECRET: expected the path of a file/);
  expect(read).not.toThrow(/hunter/);
});

describe('the secrets that deals.yaml names', () => {
  const YAML = shopFile('plan: { skus: { YS-ULT: Ultimate } }\nyears: 1');
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  it('may stand in files', () => {
    const env = { SHOP_SECRET_FILE: file('shop', `${SECRET}\n`) };
    expect(readDealsFile(YAML, env, 'receiving')[0]).toMatchObject({ secrets: [SECRET] });
    expect(readDealsRules(YAML, env).unset).toEqual([]);
  });

  it('are checked for their form there, and not shown', () => {
    const env = { SHOP_SECRET_FILE: file('wrong', 'hunter2') };
    expect(() => readDealsRules(YAML, env)).toThrow(/in the environment variable SHOP_SECRET whsec_/);
    expect(() => readDealsRules(YAML, env)).not.toThrow(/hunter2/);
  });

  it('are refused in a file that cannot be read, and with both', () => {
    const nowhere = { SHOP_SECRET_FILE: join(folder, 'nowhere') };
    expect(() => readDealsRules(YAML, nowhere)).toThrow(
      /line 5, sources\.shop\.secrets\.0: expected the path of a file/,
    );
    const both = { SHOP_SECRET: SECRET, SHOP_SECRET_FILE: file('shop', SECRET) };
    expect(() => readDealsRules(YAML, both)).toThrow(/SHOP_SECRET or SHOP_SECRET_FILE, and both are set/);
  });
});
