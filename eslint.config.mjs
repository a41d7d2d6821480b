import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * Which rooms each room under src/ may import from (docs/architecture.md shows the picture).
 * Data flows one way; nothing imports worker/ or embedded/.
 */
const rooms = {
  orders: [],
  'fail-points': [],
  settings: ['orders', 'fail-points'],
  portal: ['orders', 'fail-points'],
  ledger: ['orders'],
  crm: ['orders', 'settings'],
  sandbox: [],
  'crm-sandbox': [],
  activities: ['orders', 'fail-points', 'crm', 'portal', 'ledger'],
  workflows: ['orders'],
  worker: ['orders', 'settings', 'crm', 'portal', 'ledger', 'activities'],
  client: ['orders', 'settings', 'crm', 'ledger', 'workflows'],
  server: ['orders', 'settings', 'crm', 'client'],
  embedded: ['orders', 'settings', 'ledger', 'client'],
  bench: ['orders', 'settings', 'client', 'embedded'],
  chaos: ['orders', 'settings', 'fail-points', 'ledger', 'client', 'embedded'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: Object.keys(rooms)
              .filter((other) => other !== room && !allowed.includes(other))
              .map((other) => `**/${other}/**`),
            message: `${room}/ may import from: ${allowed.join(', ') || 'no other room'}.`,
          },
        ],
      },
    ],
  },
}));

const ONLY =
  'Workflow code imports @temporalio/workflow, its own files and orders/; of activities/, types (import type).';

/**
 * Workflow code is replayed: whatever is not deterministic must not even be in the bundle. So what it may import is
 * listed, and nothing else is.
 */
const workflowRules = {
  files: ['src/workflows/**/*.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: String.raw`^(?!@temporalio/workflow$|\./[\w-]+$|\.\./(orders|activities)/[\w-]+$)`,
            message: ONLY,
          },
          { regex: String.raw`^\.\./activities/`, allowTypeImports: true, message: ONLY },
          {
            regex: String.raw`^\.\./orders/(request-schema|fingerprint|order-body|json-text)$`,
            message: 'These files of orders/ need zod, node:crypto or lossless-json: not for the bundle.',
          },
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
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/', '.wonce/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
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
  ...roomRules,
  workflowRules,
  prettier,
);
