import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * Which rooms each room may import from (docs/architecture.md shows the picture). Data flows one way; nothing imports
 * worker/, cli/ or server/ but dev/, of which nothing is in the image; the package has dev/stack and the fakes, to try it out.
 */
const rooms = {
  domain: [],
  validation: ['domain'],
  config: ['domain'],
  portal: ['domain', 'validation', 'config'],
  ledger: ['domain'],
  crm: ['domain', 'validation', 'config'],
  notices: ['domain', 'config'],
  workflows: ['domain'],
  activities: ['domain', 'validation', 'crm', 'portal', 'notices', 'ledger', 'workflows'],
  telemetry: ['domain', 'config'],
  worker: ['domain', 'config', 'crm', 'portal', 'notices', 'ledger', 'activities', 'telemetry'],
  client: ['domain', 'validation', 'config', 'ledger'],
  doctor: ['domain', 'validation', 'config', 'portal', 'crm', 'ledger', 'client'],
  cli: ['domain', 'validation', 'config', 'crm', 'ledger', 'client', 'doctor'],
  server: ['domain', 'validation', 'config', 'crm', 'client', 'telemetry'],
  'dev/fake-portal': [],
  'dev/fake-crms': [],
  'dev/stack': [
    'domain',
    'validation',
    'config',
    'ledger',
    'client',
    'cli',
    'server',
    'dev/fake-portal',
    'dev/fake-crms',
  ],
  'dev/cluster': ['domain', 'validation', 'config', 'ledger', 'client', 'cli', 'dev/stack'],
  'dev/bench': [
    'domain',
    'validation',
    'config',
    'portal',
    'ledger',
    'client',
    'cli',
    'dev/stack',
    'dev/cluster',
    'dev/fake-portal',
  ],
  'dev/pictures': [
    'domain',
    'validation',
    'config',
    'ledger',
    'client',
    'cli',
    'dev/stack',
    'dev/fake-portal',
  ],
  'dev/chaos': [
    'domain',
    'validation',
    'config',
    'ledger',
    'worker',
    'client',
    'dev/stack',
    'dev/cluster',
    'dev/fake-portal',
  ],
};

/** What can order, and what imports it. */
const ORDERING = {
  regex: String.raw`/(place-order|portal-client)(\.js)?$`,
  message: 'doctor/ only reads: it has no way to order.',
};

const folderOf = (room) => room.split('/').at(-1);

/** What is imported later, by `import()`, is none for the rule about imports. A selector cannot have a slash in its pattern. */
const importedLater = ({ regex, message }) => ({
  selector: String.raw`ImportExpression[source.value=/${regex.replaceAll('/', String.raw`\x2F`)}/]`,
  message,
});

const roomRules = Object.entries(rooms).map(([room, allowed]) => {
  const others = Object.keys(rooms)
    .filter((other) => other !== room && !allowed.includes(other))
    .map(folderOf);
  const message = `${room}/ may import from: ${allowed.join(', ') || 'no other room'}.`;
  const ordering = room === 'doctor' ? [ORDERING] : [];
  return {
    files: [`${room}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: others.map((other) => `**/${other}/**`), message }, ...ordering] },
      ],
      'no-restricted-syntax': [
        'error',
        ...[{ regex: `/(${others.join('|')})/`, message }, ...ordering].map(importedLater),
      ],
    },
  };
});

/**
 * The worker reads the modules of the runs once, and all runs share them frozen (`preloadModules` in worker/build-bundle.ts): what
 * one run kept in a module, another would find there.
 */
const NOTHING_KEPT = [
  ":matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind!='const']",
  ':matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > NewExpression[arguments.length=0][callee.name=/^(Weak)?(Map|Set)$/]',
  ':matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > ArrayExpression[elements.length=0]',
  'ClassBody > PropertyDefinition[static=true][readonly!=true]',
].map((selector) => ({
  selector,
  message: 'All runs share the modules of their code: nothing is kept there.',
}));

/** What workflows may import is a folder in which everything is safe for their bundle: it imports nothing but itself. */
const domainRules = {
  files: ['domain/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: String.raw`^(?!\./[\w-]+$)`,
            message: 'domain/ is pure, and imports its own files alone.',
          },
        ],
      },
    ],
    'no-restricted-syntax': [
      'error',
      { selector: 'ImportExpression', message: 'domain/ is pure, and imports its own files alone.' },
      ...NOTHING_KEPT,
    ],
  },
};

const outside = Object.keys(rooms)
  .map((room) => room.split('/')[0])
  .filter((room) => room !== 'domain')
  .join('|');

const ONLY = 'Workflow code imports @temporalio/workflow, its own files and domain/, and nothing else.';

/**
 * Workflow code is replayed: whatever is not deterministic must not even be in the bundle. So what it may import is
 * listed, and nothing else is.
 */
const workflowRules = {
  files: ['workflows/**/*.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: String.raw`^(?!@temporalio/workflow$|@temporalio/common/lib/converter/failure-converter$|\.{1,2}/([\w-]+/)?[\w-]+$|(\.\./){1,2}domain/[\w-]+$)`,
            message: ONLY,
          },
          // Two dots lead out of workflows/ from its own files, and into it from those of its folders.
          { regex: String.raw`^\.\./(${outside})/`, message: ONLY },
        ],
      },
    ],
    'no-restricted-imports': 'off',
    'no-restricted-syntax': [
      'error',
      {
        selector: "ThrowStatement > NewExpression[callee.name='Error']",
        message:
          'A plain Error in a workflow fails the workflow task and parks the run: throw an ApplicationFailure.',
      },
      { selector: 'ImportExpression', message: ONLY },
      ...NOTHING_KEPT,
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/', '.wonce/', '.wonce-cluster/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['server/page/assets/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        document: 'readonly',
        window: 'readonly',
        navigator: 'readonly',
        location: 'readonly',
      },
    },
  },
  ...roomRules,
  domainRules,
  workflowRules,
  prettier,
);
