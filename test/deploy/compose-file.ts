import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/processes';

/** What these tests look at of docker-compose.yml. */
export interface Service {
  image: string;
  build?: string;
  user?: string;
  command?: string[];
  profiles?: string[];
  environment?: Record<string, string>;
  env_file?: { path: string; required: boolean }[];
  secrets?: string[];
  volumes?: (string | { source: string; read_only: boolean })[];
  ports?: string[];
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }>;
  restart: string;
  read_only: boolean;
  cap_drop: string[];
  cap_add?: string[];
  security_opt: string[];
  stop_grace_period?: string;
  deploy: { replicas?: number; resources: { limits: { cpus: string; memory: string; pids: number } } };
}

export interface ComposeFile {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

/** As the compose command reads it: with what its anchors stand for. */
export function composeFile(): ComposeFile {
  return parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as ComposeFile;
}

/** Checks against the JSON schema of the compose specification. @returns what is wrong */
export function composeProblems(content: unknown): string[] {
  const file = join(ROOT, 'node_modules', 'dclint', 'schemas', 'compose.schema.json');
  const { $schema: _, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  if (validate(content)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Values as the compose command puts them in, of an environment in which nothing is set that need not be. */
export function interpolated(
  environment: Record<string, string>,
  set: Record<string, string>,
): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, key: string, how: string, other: string) => {
      const given = set[key];
      if (given !== undefined) return given;
      if (how === '-') return other;
      throw new Error(`${key} is not set.`);
    }),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
