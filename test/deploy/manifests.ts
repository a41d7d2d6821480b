import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../support/processes';

export const FOLDER = join(ROOT, 'deploy', 'kubernetes');

/** An object of Kubernetes, as it stands in a file. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

/** All of them, but what is none of Kubernetes itself. */
export function manifests(): Manifest[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .flatMap((name) => objectsIn(name) as Manifest[]);
}

export function objectsIn(name: string): unknown[] {
  const documents = parseAllDocuments(readFileSync(join(FOLDER, name), 'utf8'));
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${name}: ${error.message}`);
    return document.toJS() as unknown;
  });
}

/** Where kubernetes-types, which are made of Kubernetes' own description of its API, have the type of an object. */
const MODULES: Record<string, string> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'batch/v1': 'batch/v1',
  'policy/v1': 'policy/v1',
  'networking.k8s.io/v1': 'networking/v1',
};

/**
 * Compares objects with Kubernetes' API, strictly: a field that it does not have is a problem, too. The compiler does it,
 * for which an object is a literal of its type.
 *
 * @returns what is wrong
 */
export function problemsOf(objects: readonly Manifest[]): string[] {
  const lines = objects.map((object, index) => {
    const { apiVersion, kind } = object;
    const type = `import('kubernetes-types/${MODULES[apiVersion] ?? apiVersion}').${kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
  });
  return compile(lines.join('\n'));
}

function compile(text: string): string[] {
  // In the project, so that its packages are found from there; it is never written.
  const file = join(ROOT, 'test', 'deploy', 'manifests-as-literals.ts');
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16 },
    moduleResolution: ts.ModuleResolutionKind.Node16,
  };
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.fileExists = (name) => name === file || disk.fileExists(name);
  host.getSourceFile = (name, language) =>
    name === file ? ts.createSourceFile(name, text, language) : disk.getSourceFile(name, language);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
