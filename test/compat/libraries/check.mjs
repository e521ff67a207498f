// Provokes errors of real libraries and classifies them with the package. Bundled and minified, it does the same.
import { explain, KnownErrors, tellExplanation } from 'nestjs-durable-execution/rules';
import { closeAll } from './loopback.mjs';
import * as databases from './databases.mjs';
import * as mongodb from './mongodb.mjs';
import * as postgres from './postgres.mjs';
import * as applications from './applications.mjs';
import * as messaging from './messaging.mjs';
import * as aws from './aws.mjs';
import * as httpClients from './http-clients.mjs';
import * as models from './models.mjs';
import { secretsIn } from './secrets.mjs';
import * as services from './services.mjs';

const families = [httpClients, aws, services, models, postgres, databases, mongodb, messaging, applications];

const known = new KnownErrors();
const wrong = [];

/** What would be recorded of an error and its causes. */
function recordedOf(error, depth = 0) {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  return [known.describe(error), ...recordedOf(error.cause, depth + 1)];
}

const rules = new Set();
let count = 0;
for (const { provocations } of families) {
  for (const { id, rule, verdict, retryAfterSeconds, thrown } of await provocations()) {
    count += 1;
    rules.add(rule);
    const error = await thrown();
    const found = explain(error);
    const isRight = found.rule === rule && found.verdict === verdict && found.retryAfterSeconds === retryAfterSeconds;
    const leaked = secretsIn(JSON.stringify(recordedOf(error)));
    if (leaked.length > 0)
      wrong.push(`${id}: ${leaked.join(', ')} would be recorded: ${JSON.stringify(recordedOf(error))}`);
    if (!isRight) wrong.push(`${id}: ${tellExplanation(found)}\n  ${error?.name} ${error?.code} ${error?.message}`);
  }
}
closeAll();
console.log(wrong.length === 0 ? `${count} errors are judged right, by ${rules.size} rules` : wrong.join('\n'));
process.exit(wrong.length === 0 ? 0 : 1);
