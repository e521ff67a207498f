import { Client as Elasticsearch } from '@elastic/elasticsearch';
import { request as octokit } from '@octokit/request';
import { WebClient as Slack } from '@slack/web-api';
import { Gaxios } from 'gaxios';
import { GraphQLClient } from 'graphql-request';
import Stripe from 'stripe';
import { closedPort, http, json, tcp } from './loopback.mjs';
import { provoked, provokedWith } from './provocation.mjs';
import { AUTH, BODY } from './secrets.mjs';

const at = (port) => `http://127.0.0.1:${port}`;

export async function provocations() {
  const refused = await closedPort();
  const parts = [ofStripe, ofElasticsearch, ofOctokit, ofSlack, ofGaxios, ofGraphql];
  return (await Promise.all(parts.map((part) => part(refused)))).flat();
}

async function ofStripe(refused) {
  const pay = (port, settings) =>
    new Stripe(AUTH, {
      host: '127.0.0.1',
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
      ...settings,
    }).paymentIntents.create({
      amount: 1,
      currency: 'eur',
      description: BODY,
    });
  const failing = async (id, rule, verdict, { status, headers, ...error }) => {
    const port = await json(
      status,
      { error: { message: 'no', payment_intent: { client_secret: BODY }, ...error } },
      headers,
    );
    return provoked(`stripe ${id}`, rule, verdict, () => pay(port));
  };
  const hanging = await http();
  return [
    await failing('declined', 'stripe-refused', 'P', { status: 402, type: 'card_error', code: 'card_declined' }),
    await failing('invalid', 'stripe-refused', 'P', { status: 400, type: 'invalid_request_error', param: 'amount' }),
    await failing('key', 'stripe-refused', 'P', { status: 401, type: 'invalid_request_error' }),
    await failing('limit', 'stripe-try-later', 'T', { status: 429, type: 'invalid_request_error', code: 'rate_limit' }),
    await failing('lock', 'stripe-try-later', 'T', {
      status: 429,
      type: 'invalid_request_error',
      code: 'lock_timeout',
    }),
    await failing('in use', 'stripe-try-later', 'T', {
      status: 409,
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
    }),
    await failing('server', 'stripe-server-error', 'A', { status: 500, type: 'api_error' }),
    await failing('says no', 'stripe-says-no', 'P', {
      status: 500,
      type: 'api_error',
      headers: { 'stripe-should-retry': 'false' },
    }),
    await failing('says retry', 'stripe-says-retry', 'T', {
      status: 409,
      type: 'api_error',
      headers: { 'stripe-should-retry': 'true' },
    }),
    provoked('stripe refused', 'connect-refused', 'T', () => pay(refused)),
    provoked('stripe timeout', 'node-unanswered', 'A', () => pay(hanging, { timeout: 50 })),
    provoked('stripe webhook', 'stripe-refused', 'P', () =>
      new Stripe(AUTH).webhooks.constructEvent(BODY, 't=1,v1=x', AUTH),
    ),
  ];
}

async function ofElasticsearch(refused) {
  const index = (port, settings) =>
    new Elasticsearch({ node: at(port), auth: { username: 'u', password: AUTH }, maxRetries: 0, ...settings }).index({
      index: 'orders',
      document: { secret: BODY },
    });
  const product = { 'x-elastic-product': 'Elasticsearch' };
  const [busy, missing] = [await json(429, {}, { ...product, 'retry-after': '7' }), await json(404, {}, product)];
  const [hanging, dropping] = [await http(), await tcp((socket) => socket.once('data', () => socket.destroy()))];
  return [
    provokedWith(7, 'elasticsearch 429', 'http-try-later', 'T', () => index(busy)),
    provoked('elasticsearch 404', 'http-refused', 'P', () => index(missing)),
    provoked('elasticsearch refused', 'connect-message', 'T', () => index(refused)),
    provoked('elasticsearch reset', 'socket-message', 'A', () => index(dropping)),
    provoked('elasticsearch timeout', 'timeout', 'A', () => index(hanging, { requestTimeout: 50 })),
  ];
}

async function ofOctokit(refused) {
  const post = (port, path = '/x') =>
    octokit(`POST ${path}`, { baseUrl: at(port), headers: { authorization: AUTH }, data: { secret: BODY } });
  const limit = await json(
    403,
    { message: 'API rate limit exceeded' },
    { 'x-ratelimit-remaining': '0', 'retry-after': '60' },
  );
  const [forbidden, server] = [await json(403, { message: 'Forbidden' }), await http()];
  return [
    provokedWith(60, 'octokit limit', 'http-quota', 'T', () => post(limit)),
    provoked('octokit forbidden', 'http-refused', 'P', () => post(forbidden)),
    provoked('octokit 502', 'http-unanswered', 'A', () => post(server, '/status/502')),
    provoked('octokit refused', 'connect-refused', 'T', () => post(refused)),
    provoked('octokit reset', 'node-unanswered', 'A', () => post(server, '/reset')),
  ];
}

async function ofSlack(refused) {
  const post = (port) =>
    new Slack(AUTH, {
      slackApiUrl: `${at(port)}/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    }).chat.postMessage({
      channel: 'c',
      text: BODY,
    });
  const [limit, unknown, internal] = [
    await json(429, {}, { 'retry-after': '8' }),
    await json(200, { ok: false, error: 'channel_not_found' }),
    await json(200, { ok: false, error: 'internal_error' }),
  ];
  return [
    provokedWith(8, 'slack limit', 'slack-try-later', 'T', () => post(limit)),
    provoked('slack unknown channel', 'slack-refused', 'P', () => post(unknown)),
    provoked('slack internal', 'slack-try-later', 'T', () => post(internal)),
    provoked('slack refused', 'connect-refused', 'T', () => post(refused)),
  ];
}

async function ofGaxios(refused) {
  const post = (port) =>
    new Gaxios().request({
      url: `${at(port)}/x`,
      method: 'POST',
      headers: { authorization: AUTH },
      data: { secret: BODY },
      retry: false,
    });
  const quota = await json(
    403,
    { error: { code: 403, errors: [{ reason: 'userRateLimitExceeded' }] } },
    { 'retry-after': '6' },
  );
  const missing = await json(404, { error: { code: 404, message: 'no' } });
  return [
    provokedWith(6, 'gaxios quota', 'http-quota', 'T', () => post(quota)),
    provoked('gaxios 404', 'http-refused', 'P', () => post(missing)),
    provoked('gaxios refused', 'connect-refused', 'T', () => post(refused)),
  ];
}

async function ofGraphql(refused) {
  const ask = (port) =>
    new GraphQLClient(at(port), { headers: { authorization: AUTH } }).request('{ a }', { secret: BODY });
  const failing = async (code) => json(200, { errors: [{ message: 'no', extensions: { code } }] });
  const [input, server] = [await failing('BAD_USER_INPUT'), await failing('INTERNAL_SERVER_ERROR')];
  return [
    provoked('graphql-request input', 'graphql-refused', 'P', () => ask(input)),
    provoked('graphql-request server', 'graphql-server-error', 'A', () => ask(server)),
    provoked('graphql-request refused', 'connect-refused', 'T', () => ask(refused)),
  ];
}
