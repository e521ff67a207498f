import Anthropic from '@anthropic-ai/sdk';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, LoadAPIKeyError, NoObjectGeneratedError } from 'ai';
import OpenAI from 'openai';
import { closedPort, http, json } from './loopback.mjs';
import { provoked, provokedWith } from './provocation.mjs';
import { AUTH, BODY } from './secrets.mjs';

const at = (port) => `http://127.0.0.1:${port}`;

export async function provocations() {
  const refused = await closedPort();
  return [...(await ofClients(refused)), ...(await ofAiSdk(refused))];
}

async function ofClients(refused) {
  const settings = (url, more) => ({ apiKey: AUTH, baseURL: url, maxRetries: 0, ...more });
  const openai = (port, { path = '', signal, ...more } = {}) =>
    new OpenAI(settings(at(port) + path, more)).chat.completions.create(
      { model: 'm', messages: [{ role: 'user', content: BODY }] },
      { signal },
    );
  const claude = (port) =>
    new Anthropic(settings(at(port))).messages.create({
      model: 'm',
      max_tokens: 1,
      messages: [{ role: 'user', content: BODY }],
    });
  const failing = (status, code, headers) => json(status, { error: { message: 'no', code, type: code } }, headers);
  const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'm' } };
  const [quota, limit, key, conflict, busy, hanging] = [
    await failing(429, 'insufficient_quota'),
    await failing(429, 'rate_limit_exceeded', { 'retry-after-ms': '1500' }),
    await failing(401, 'invalid_api_key'),
    await failing(409, 'conflict'),
    await json(529, overloaded, { 'retry-after': '11' }),
    await http(),
  ];
  return [
    provoked('openai quota', 'model-quota-spent', 'P', () => openai(quota)),
    provokedWith(1.5, 'openai limit', 'model-try-again', 'T', () => openai(limit)),
    provoked('openai key', 'http-refused', 'P', () => openai(key)),
    provoked('openai conflict', 'model-try-again', 'T', () => openai(conflict)),
    provoked('openai refused', 'connect-refused', 'T', () => openai(refused)),
    provoked('openai timeout', 'model-try-again', 'T', () => openai(hanging, { path: '/hang', timeout: 50 })),
    provoked('openai aborted', 'model-aborted', 'P', () =>
      openai(hanging, { path: '/hang', signal: AbortSignal.abort() }),
    ),
    provokedWith(11, 'anthropic overloaded', 'model-try-again', 'T', () => claude(busy)),
    provoked('anthropic key', 'http-refused', 'P', () => claude(key)),
  ];
}

async function ofAiSdk(refused) {
  const ask = (port, maxRetries = 0) =>
    generateText({ model: createOpenAI({ apiKey: AUTH, baseURL: at(port) }).chat('m'), prompt: BODY, maxRetries });
  const [limit, key] = [
    await json(429, { error: { message: 'no' } }, { 'retry-after-ms': '10' }),
    await json(401, { error: { message: 'no' } }),
  ];
  return [
    provokedWith(0.01, 'ai limit', 'ai-sdk-retryable', 'T', () => ask(limit)),
    provokedWith(0.01, 'ai retries spent', 'ai-sdk-retryable', 'T', () => ask(limit, 1)),
    provoked('ai key', 'ai-sdk-refused', 'P', () => ask(key)),
    provoked('ai refused', 'connect-refused', 'T', () => ask(refused)),
    provoked('ai no key', 'ai-sdk-refused', 'P', () => {
      throw new LoadAPIKeyError({ message: 'no key' });
    }),
    provoked('ai no object', 'ai-sdk-no-output', 'T', () => {
      throw new NoObjectGeneratedError({ message: 'none', text: BODY, response: {}, usage: {}, finishReason: 'stop' });
    }),
  ];
}
