import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { Controller, Module, Post } from '@nestjs/common';
import { sign } from '@octokit/webhooks-methods';
import {
  CompletesCallback,
  createLambdaHandler,
  DurableControlClient,
  DurableExecutionModule,
  type WebhookSignature,
} from 'nestjs-durable-execution';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

/** What the libraries of the services have signed is accepted, and what they would refuse is refused. */
const secret = `whsec_${Buffer.from('a secret of this test').toString('base64')}`;
const body = '{"note":"Zoë"}';
const stripe = new Stripe('sk_test_none');
const completed: string[] = [];

const stripeChecks: WebhookSignature = {
  scheme: 'custom',
  secret,
  verify: ({ rawBody, headers }, [key]) =>
    Boolean(stripe.webhooks.constructEvent(rawBody, String(headers['stripe-signature']), String(key))),
};

@Controller()
class Hooks {
  @Post('github/:callbackId')
  @CompletesCallback({ signature: { scheme: 'github', secret } })
  github(): void {}

  @Post('stripe/:callbackId')
  @CompletesCallback({ signature: { scheme: 'stripe', secret } })
  stripe(): void {}

  @Post('standard/:callbackId')
  @CompletesCallback({ signature: { scheme: 'standard-webhooks', secret } })
  standard(): void {}

  @Post('custom/:callbackId')
  @CompletesCallback({ signature: stripeChecks })
  custom(): void {}
}

@Module({ imports: [DurableExecutionModule.forRoot()], controllers: [Hooks] })
class AppModule {}

const handler = createLambdaHandler(AppModule, {
  nest: { logger: false },
  configure: (app) => {
    app.get(DurableControlClient).sendCallbackSuccess = async (id: string) => void completed.push(id);
  },
});

async function post(path: string, headers: Record<string, string>): Promise<number> {
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    requestContext: { http: { method: 'POST', path, sourceIp: '192.0.2.1' } },
    body,
  };
  const answer = await handler(event, { awsRequestId: 'request-1' } as never);
  return (answer as { statusCode: number }).statusCode;
}

async function signaturesOf(key: string, at: Date): Promise<Record<string, Record<string, string>>> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const stripeSignature = stripe.webhooks.generateTestHeaderString({ payload: body, secret: key, timestamp });
  const standard = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': new Webhook(key).sign('msg_1', at, body),
  };
  return {
    github: { 'x-hub-signature-256': await sign(key, body) },
    stripe: { 'stripe-signature': stripeSignature },
    custom: { 'stripe-signature': stripeSignature },
    standard,
  };
}

async function main(): Promise<void> {
  const other = `whsec_${Buffer.from('another secret').toString('base64')}`;
  const anHourAgo = new Date(Date.now() - 3_600_000);
  const good = await signaturesOf(secret, new Date());
  for (const [scheme, headers] of Object.entries(good)) {
    assert.equal(await post(`/${scheme}/${scheme}`, headers), 204, scheme);
  }
  for (const [scheme, headers] of Object.entries(await signaturesOf(other, new Date()))) {
    assert.equal(await post(`/${scheme}/other`, headers), 401, `${scheme}, another secret`);
  }
  const { github: _timeless, ...timely } = await signaturesOf(secret, anHourAgo);
  for (const [scheme, headers] of Object.entries(timely)) {
    assert.equal(await post(`/${scheme}/old`, headers), 401, `${scheme}, an hour ago`);
  }
  assert.deepEqual(completed, Object.keys(good));
  assert.equal(createHmac('sha256', secret).update(body).digest('hex'), good.github!['x-hub-signature-256']!.slice(7));
}

main().then(
  () => console.log('all signatures are judged right'),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
