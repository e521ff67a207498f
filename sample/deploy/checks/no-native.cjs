// AWS's runtime interface client has a native part, which it compiles at installation. Node's own HTTP works as well:
// with AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1 the client polls over HTTP, and this module replaces the rest of the
// native part.
const Module = require('node:module');

const post = (path, body) =>
  fetch(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${path}`, { method: 'POST', body });

const client = {
  initializeClient() {},
  done: (id, response) => post(`${id}/response`, response),
  error: (id, error) => post(`${id}/error`, error),
};

const load = Module._load;
Module._load = (request, ...others) => (request.endsWith('rapid-client.node') ? client : load(request, ...others));
