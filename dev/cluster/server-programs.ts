import { join } from 'node:path';
import { cachedFile, cacheDir } from '../stack/cache';
import { executablesOnPath } from '../stack/on-path';
import { goInstall } from '../stack/watched-command';

type Environment = Readonly<Record<string, string | undefined>>;
type Progress = (line: string) => void;

/** Temporal's own programs, as its images have them: the server, and the tool that makes its tables in SQL. */
export interface ServerPrograms {
  server: string;
  sqlTool: string;
}

/** That of docker-compose.yml. */
const SERVER_VERSION = 'v1.31.0';

/**
 * Finds both programs on the PATH, under the names that Temporal gives them; else in the cache; else builds them with Go,
 * once.
 *
 * @throws Error with Go's last words
 */
export async function findServerPrograms(env: Environment, progress: Progress): Promise<ServerPrograms> {
  // One after the other: Go uses all cores as it is, and the second build finds what the first one compiled.
  const server = await program('temporal-server', 'cmd/server', env, progress);
  const sqlTool = await program('temporal-sql-tool', 'cmd/tools/sql', env, progress);
  return { server, sqlTool };
}

async function program(name: string, module: string, env: Environment, progress: Progress): Promise<string> {
  const installed = executablesOnPath(name, env.PATH)[0];
  if (installed !== undefined) return installed;
  const build = async (folder: string) => {
    progress(`Building ${name} ${SERVER_VERSION} with Go. This takes some minutes, once.`);
    await goInstall(`go.temporal.io/server/${module}@${SERVER_VERSION}`, folder, env, progress);
    return join(folder, module.split('/').at(-1)!);
  };
  return cachedFile(cacheDir(env), `${name}-${SERVER_VERSION}`, build, progress);
}
