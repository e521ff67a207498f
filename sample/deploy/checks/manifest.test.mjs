import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readManifest } from 'nestjs-durable-execution/manifest';
import { actionsByPolicy } from './granted.mjs';
import { asCloudFormation, readSamTemplate } from './sam-template.mjs';

/** The compiled application from which the bundle is made. */
const application = process.env.APPLICATION ?? join(import.meta.dirname, '../../app/dist/app.module.js');
process.env.FULFIL_ORDER_FUNCTION = 'fulfil-order:live';

const manifest = await readManifest(await import(pathToFileURL(application)));
const { Resources } = asCloudFormation(readSamTemplate(join(import.meta.dirname, '../sam/template.yaml')));
const granted = actionsByPolicy(Resources);

const actionsOf = (statements) => [...new Set(statements.flatMap(({ Action }) => Action))].sort();

/** What the template grants, without the permissions on the key, which the code does not state. */
const grantedBy = (...policies) =>
  [...new Set(policies.flatMap((policy) => granted[policy]))].filter((action) => !action.startsWith('kms:')).sort();

test('each role has the rights that the code needs, and no others', () => {
  const { durableFunction, starter, callbackSender } = manifest.iam;
  assert.deepEqual(grantedBy('Checkpointing'), actionsOf(durableFunction));
  assert.deepEqual(grantedBy('Starting', 'Watching'), actionsOf(starter));
  assert.deepEqual(grantedBy('AnsweringCallbacks'), actionsOf(callbackSender));
});

test('what is started is the alias, as the function that starts is told', () => {
  const [start] = manifest.iam.starter.filter(({ Action }) => Action.includes('lambda:InvokeFunction'));
  assert.match(String(start.Resource), /:function:fulfil-order:live$/);
  assert.ok('FULFIL_ORDER_FUNCTION' in Resources.OrdersApi.Properties.Environment.Variables);
});

test('the durable function runs a handler that there is, under a name that no bundler changes', () => {
  const { DURABLE_HANDLER } = Resources.FulfilOrder.Properties.Environment.Variables;
  const handler = manifest.handlers.find(({ name }) => name === DURABLE_HANDLER);
  assert.equal(handler?.nameIsExplicit, true);
  assert.deepEqual(manifest.warnings, []);
});
