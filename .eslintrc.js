// ESLint 9 reads this file with ESLINT_USE_FLAT_CONFIG=false; `scripts/lint.mjs` sets it (docs/adr/0001).

/** What each layer of `lib/` may import. `packages` are bare specifiers; Node built-ins are spelled `node:…`. */
const layers = {
  wire: { may: [], packages: [] },
  rules: { may: [], packages: [] },
  engine: { may: ['wire', 'rules'], packages: ['node:'] },
  client: {
    may: ['wire'],
    packages: ['node:', '@aws-sdk/', '@smithy/', 'aws4'],
    onlyTypesOf: ['@aws-sdk/', '@smithy/', 'aws4'],
  },
  nest: {
    may: ['wire', 'rules', 'engine', 'client'],
    packages: [
      'node:',
      '@nestjs/',
      'rxjs',
      'reflect-metadata',
      'class-transformer',
      '@vendia/serverless-express',
      'aws-lambda',
    ],
    onlyTypesOf: ['@nestjs/platform-express', '@vendia/serverless-express', 'aws-lambda', 'class-transformer'],
  },
  local: { may: ['wire', 'manifest'], packages: ['node:', 'lmdb'] },
  manifest: { may: ['nest'], packages: ['@nestjs/', 'reflect-metadata'] },
  otel: { may: ['wire', 'engine'], onlyTypesOf: ['../engine/'], packages: ['node:', '@opentelemetry/api'] },
  testing: { may: ['wire', 'rules', 'engine', 'client', 'nest', 'local'], packages: ['node:', '@nestjs/', 'rxjs'] },
};

/** Packages that specs may use besides those of their layer. */
const specPackages = [
  '@jest/globals',
  '@nestjs/',
  '@aws-sdk/',
  '@smithy/',
  '@opentelemetry/',
  'fast-check',
  'reflect-metadata',
  'rxjs',
  'typescript',
];

const escape = (text) => text.replace(/[/\\^$*+?.()|[\]{}]/g, '\\$&');

function layerPatterns(name, { may, packages }, extraPackages = []) {
  const others = Object.keys(layers).filter((layer) => layer !== name && !may.includes(layer));
  const allowed = [...packages, ...extraPackages];
  const mayText = [...may.map((layer) => `lib/${layer}`), ...packages].join(', ') || 'nothing';
  const message = `lib/${name} may import ${mayText} (see the layer table in CONTRIBUTING.md).`;
  const patterns = [{ regex: `^(?:\\.\\./)+(?:${others.join('|')})/`, message }];
  const notAllowed = ['\\.', ...allowed.map(escape)].map((start) => `(?!${start})`).join('');
  patterns.push({ regex: `^${notAllowed}`, message });
  return patterns;
}

const noBarrels = {
  regex: '^\\.{1,2}(?:/.*)?/index\\.js$',
  message: 'No barrels inside lib: import the file that defines the name.',
};

const lazyPatterns = ({ onlyTypesOf = [] }) =>
  onlyTypesOf.map((start) => ({
    regex: `^${escape(start)}`,
    allowTypeImports: true,
    message: `${start} is loaded only when used: \`import type\` at the top, \`await import()\` where it is needed.`,
  }));

/** What a cold start loads. Modules of Node that are light may be imported there. */
const loadedAtStart = ['engine', 'client', 'nest'];

const heavyModulesOfNode = {
  regex: '^node:(?!(?:buffer|path|url)$)',
  allowTypeImports: true,
  message: 'Load it with `nodeModule()` (lib/node-module.ts): an `import` takes milliseconds of each cold start.',
};

const syntaxOfLib = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a name is found by searching for it.' },
  {
    selector: 'ExportAllDeclaration',
    message: 'Name what is exported: the public surface is a list that people review.',
  },
  { selector: 'TSEnumDeclaration', message: 'Write `const X = {…} as const; type X = …`: enums are not erasable.' },
  { selector: 'TSInterfaceDeclaration[id.name=/^I[A-Z]/]', message: 'No I-prefix: name the thing itself.' },
  {
    selector:
      ':matches(FunctionDeclaration, ArrowFunctionExpression, MethodDefinition[kind!="constructor"] > FunctionExpression)[params.length>3]',
    message: 'At most 3 positional parameters: use an options object.',
  },
  {
    selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>6]',
    message: 'A constructor with more than 6 parameters has more than one role.',
  },
];

/**
 * Nest knows the engine by its types and by two files: a light one, because what else it imported would be loaded at every
 * start, and one for the code that the first execution loads.
 */
const adapterOnly = {
  regex: '^(?:\\.\\./)+engine/(?!(?:adapter|invocation/invocation-engine)\\.js$)',
  allowTypeImports: true,
  message:
    'Of the engine, lib/nest imports types and lib/engine/adapter.ts: export there what is needed, if it is light.',
};

const layerOverrides = Object.entries(layers).map(([name, layer]) => ({
  files: [`lib/${name}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...layerPatterns(name, layer),
          ...lazyPatterns(layer),
          ...(name === 'nest' ? [adapterOnly] : []),
          ...(loadedAtStart.includes(name) ? [heavyModulesOfNode] : []),
          noBarrels,
        ],
      },
    ],
  },
}));

/** The entry that gives the engine its default client. */
const compositionOfEngine = {
  files: ['lib/engine/invocation/with-durable-execution.ts', 'lib/engine/invocation/durable-execution-api-client.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: [...layerPatterns('engine', { may: ['wire', 'rules', 'client'], packages: ['node:'] }), noBarrels] },
    ],
  },
};

const layerSpecOverrides = Object.entries(layers).map(([name, layer]) => ({
  files: [`lib/${name}/**/*.spec.ts`, `lib/${name}/**/testing-fixtures/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: layerPatterns(name, layer, specPackages) }],
  },
}));

const operationTime = 'Operations replay: time and randomness come from the service or from an injected clock.';
const localTime = 'The local service has one clock, which can skip: read time from it (lib/local/clock).';

const timers = ['setTimeout', 'setInterval', 'setImmediate'];

const config = {
  root: true,
  ignorePatterns: [
    'dist',
    'node_modules',
    'coverage',
    '.stryker-tmp',
    'test/compat/*/**',
    '!test/compat/stranger/**',
    'test/conformance/.built',
    'sample/deploy/cdk',
  ],
  reportUnusedDisableDirectives: true,
  overrides: [
    {
      files: ['**/*.{js,mjs}'],
      extends: ['eslint:recommended'],
      env: { node: true, es2023: true },
      parserOptions: { ecmaVersion: 2023, sourceType: 'module' },
    },
    {
      files: ['**/*.ts'],
      extends: ['eslint:recommended', 'plugin:@typescript-eslint/strict-type-checked'],
      parser: '@typescript-eslint/parser',
      plugins: ['@typescript-eslint'],
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
      env: { node: true, es2023: true },
      rules: {
        'no-undef': 'off',
        'no-redeclare': 'off',
        '@typescript-eslint/no-redeclare': 'off',
        eqeqeq: 'error',
        '@typescript-eslint/consistent-type-imports': [
          'error',
          { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
        ],
        '@typescript-eslint/consistent-type-exports': 'error',
        '@typescript-eslint/no-floating-promises': 'error',
        '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
        '@typescript-eslint/await-thenable': 'error',
        '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
        '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
        // What others have thrown is passed on as it is.
        '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
        // Nest's modules are classes that only carry a decorator.
        '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
        // `async` alone says that a function rejects and never throws, and steps are written so.
        '@typescript-eslint/require-await': 'off',
        // The types say what callers ought to give. From JavaScript, from disk and from the service comes other, which gets a
        // clear error.
        '@typescript-eslint/no-unnecessary-condition': 'off',
        '@typescript-eslint/no-unnecessary-type-conversion': 'off',
        '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'off',
        // `noUncheckedIndexedAccess` asks even where a loop knows its bounds: a check there is a branch that nothing reaches.
        '@typescript-eslint/no-non-null-assertion': 'off',
        // A caller may say what it expects: `getInput<Order>()`.
        '@typescript-eslint/no-unnecessary-type-parameters': 'off',
        // Options and parts are objects of functions without `this`: method syntax is only their shorter spelling.
        '@typescript-eslint/unbound-method': 'off',
        // Types are structural: what has the members of a class may stand for it, as Nest's options do.
        '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
        // Enums of other packages are written as their values, so that a package is not loaded for its names.
        '@typescript-eslint/no-unsafe-enum-assignment': 'off',
        '@typescript-eslint/no-unsafe-enum-comparison': 'off',
        // Records and saved requests have names that are data.
        '@typescript-eslint/no-dynamic-delete': 'off',
        // `return print(text);` ends a function early, in one line.
        '@typescript-eslint/no-confusing-void-expression': 'off',
        // `void` says that a value is read, or waited for, and not returned.
        '@typescript-eslint/no-meaningless-void-operator': 'off',
        // `String(value)` is the last resort for values of any shape, after JSON.
        '@typescript-eslint/no-base-to-string': 'off',
      },
    },
    {
      // Nest injects by the type of a parameter, as most applications write it; such an import is there at run time too.
      files: ['sample/**/*.ts'],
      rules: { '@typescript-eslint/consistent-type-imports': 'off' },
    },
    {
      files: ['lib/**/*.ts'],
      rules: {
        'no-console': 'error',
        'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
        'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
        '@typescript-eslint/no-explicit-any': 'error',
        'no-restricted-syntax': ['error', ...syntaxOfLib],
      },
    },
    ...layerOverrides,
    compositionOfEngine,
    {
      files: ['lib/engine/operations/**/*.ts'],
      rules: {
        'no-restricted-globals': ['error', ...timers.map((name) => ({ name, message: operationTime }))],
        'no-restricted-properties': [
          'error',
          { object: 'Date', property: 'now', message: operationTime },
          { object: 'Math', property: 'random', message: operationTime },
          { object: 'process', property: 'env', message: 'Operations take their settings as arguments.' },
        ],
        'no-restricted-syntax': [
          'error',
          ...syntaxOfLib,
          { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: operationTime },
        ],
      },
    },
    {
      // They read what AWS sends, member by member.
      files: ['lib/nest/lambda/http/http-sources.ts', 'lib/nest/lambda/http/paths.ts'],
      rules: {
        '@typescript-eslint/no-unsafe-assignment': 'off',
        '@typescript-eslint/no-unsafe-argument': 'off',
        '@typescript-eslint/no-unsafe-call': 'off',
        '@typescript-eslint/no-unsafe-member-access': 'off',
        '@typescript-eslint/no-unsafe-return': 'off',
      },
    },
    {
      // The default logger writes where Lambda looks for records.
      files: ['lib/engine/context/logging/json-logger.ts'],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['lib/local/**/*.ts'],
      // The bootstrap runs in the function's own process, whose clock is its own, as on Lambda.
      excludedFiles: ['lib/local/clock*.ts', 'lib/local/clock/**', 'lib/local/functions/bootstrap/**'],
      rules: {
        'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: localTime }],
        'no-restricted-syntax': [
          'error',
          ...syntaxOfLib,
          { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: localTime },
        ],
      },
    },
    ...layerSpecOverrides,
    {
      files: ['**/*.spec.ts', '**/testing-fixtures/**/*.ts', 'test/**/*.ts'],
      rules: {
        'max-lines': 'off',
        'max-lines-per-function': 'off',
        'no-restricted-globals': 'off',
        'no-restricted-properties': 'off',
        'no-restricted-syntax': 'off',
        'require-yield': 'off',
        // Tests throw what users may throw, make what users may write, and read what came as what it ought to be.
        '@typescript-eslint/no-extraneous-class': 'off',
        '@typescript-eslint/no-misused-spread': 'off',
        '@typescript-eslint/only-throw-error': 'off',
        '@typescript-eslint/prefer-promise-reject-errors': 'off',
        '@typescript-eslint/restrict-plus-operands': 'off',
        '@typescript-eslint/restrict-template-expressions': 'off',
        '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
        // A test may say what it makes, where a looser type would do.
        '@typescript-eslint/no-unnecessary-type-assertion': 'off',
        // Matchers such as expect.any() and what is read from the wire are `any`: what they hold is what is asserted.
        '@typescript-eslint/no-unsafe-assignment': 'off',
        '@typescript-eslint/no-unsafe-argument': 'off',
        '@typescript-eslint/no-unsafe-call': 'off',
        '@typescript-eslint/no-unsafe-member-access': 'off',
        '@typescript-eslint/no-unsafe-return': 'off',
      },
    },
  ],
};

export { config as 'module.exports' };
