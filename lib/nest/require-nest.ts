/* eslint-disable @typescript-eslint/no-require-imports -- only the CommonJS build has this file, where it comes first */
try {
  require('@nestjs/core');
} catch (cause) {
  if ((cause as { code?: unknown }).code !== 'ERR_REQUIRE_ESM') throw cause;
  throw Object.assign(new Error(message(), { cause }), { code: 'ERR_REQUIRE_ESM' });
}

/** The runtime reports only the message, so it contains everything. */
function message(): string {
  return (
    'This application is CommonJS, its Nest is ES modules only (since version 12), and this process may not require() ' +
    'ES modules: AWS Lambda turns that off. Do one of these:\n' +
    '- bundle the application with its packages, for example by esbuild (docs/deploying.md);\n' +
    '- ship ES modules: "type": "module" in package.json, "module": "nodenext" in tsconfig.json;\n' +
    '- set NODE_OPTIONS=--experimental-require-module in the environment of the function, which AWS does not support.\n' +
    'Under Jest, run specs as ES modules: NODE_OPTIONS=--experimental-vm-modules. More is in docs/nest-compatibility.md of ' +
    'nestjs-durable-execution.'
  );
}
