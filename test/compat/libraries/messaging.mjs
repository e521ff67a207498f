import * as grpc from '@grpc/grpc-js';
import amqp from 'amqplib';
import { DelayedError, RateLimitError, UnrecoverableError } from 'bullmq';
import Redis from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { createTransport } from 'nodemailer';
import { createClient } from 'redis';
import { closedPort, tcp } from './loopback.mjs';
import { provoked } from './provocation.mjs';
import { BODY, PASSWORD, ROW } from './secrets.mjs';

export async function provocations() {
  const parts = [ofGrpc, ofRedis, ofMail, ofKafka, ofAmqp, ofBullmq];
  return (await Promise.all(parts.map((part) => part()))).flat();
}

const bytes = (value) => Buffer.from(JSON.stringify(value));
const method = { path: '/s/m', requestStream: false, responseStream: false };
const codec = {
  requestSerialize: bytes,
  requestDeserialize: (buffer) => JSON.parse(buffer),
  responseSerialize: bytes,
  responseDeserialize: (buffer) => JSON.parse(buffer),
};

async function ofGrpc() {
  const server = new grpc.Server();
  server.addService(
    { m: { ...method, ...codec } },
    {
      m: ({ request: { code } }, done) => code && done({ code, details: `d ${BODY}` }),
    },
  );
  const listening = new Promise((resolve, reject) => {
    const started = (error, port) => (error ? reject(error) : resolve(port));
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), started);
  });
  const port = await listening;
  const call = (to, code, deadline = Date.now() + 5000) =>
    new Promise((resolve, reject) => {
      const client = new grpc.Client(`127.0.0.1:${to}`, grpc.credentials.createInsecure());
      client.makeUnaryRequest(
        '/s/m',
        bytes,
        codec.responseDeserialize,
        { code, secret: BODY },
        { deadline },
        (error, value) => (error ? reject(error) : resolve(value)),
      );
    });
  const statuses = [1, 3, 5, 6, 7, 9, 11, 12, 15, 16].map((code) => [code, 'grpc-refused', 'P']);
  statuses.push(
    [8, 'grpc-try-later', 'T'],
    [10, 'grpc-try-later', 'T'],
    [2, 'grpc-unanswered', 'A'],
    [14, 'grpc-unanswered', 'A'],
  );
  const refused = await closedPort();
  return [
    ...statuses.map(([code, rule, verdict]) => provoked(`grpc ${code}`, rule, verdict, () => call(port, code))),
    provoked('grpc deadline', 'grpc-unanswered', 'A', () => call(port, 0, Date.now() + 100)),
    provoked('grpc refused', 'grpc-unanswered', 'A', () => call(refused, 1)),
  ];
}

const REPLIES = [
  ['LOADING Redis is loading the dataset in memory', 'redis-try-later', 'T'],
  ["READONLY You can't write against a read only replica.", 'redis-try-later', 'T'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'redis-try-later', 'T'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'redis-refused', 'P'],
  ['NOAUTH Authentication required.', 'redis-refused', 'P'],
  ['ERR unknown command', 'redis-refused', 'P'],
];

/** @param reply to SET; the reply to everything else is OK. Without one the connection is dropped */
const redisServer = (reply) =>
  tcp((socket) => {
    socket.on('data', (data) => {
      for (const command of String(data).split(/(?=\*\d+\r\n\$)/)) {
        if (!/\bset\r\n/i.test(command)) socket.write('+OK\r\n');
        else if (reply) socket.write(`-${reply}\r\n`);
        else socket.destroy();
      }
    });
  });

async function ofRedis() {
  const withIoredis = async (port, more) => {
    const client = new Redis({
      host: '127.0.0.1',
      port,
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      ...more,
    });
    client.on('error', () => undefined);
    return client.set('k', ROW).finally(() => client.disconnect());
  };
  const withNodeRedis = async (port) => {
    const client = createClient({
      socket: { host: '127.0.0.1', port, reconnectStrategy: false },
      disableClientInfo: true,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client.set('k', ROW).finally(() => client.isOpen && client.destroy());
  };
  const replies = REPLIES.map(async ([reply, rule, verdict]) => {
    const port = await redisServer(reply);
    const [word] = reply.split(' ');
    return [
      provoked(`ioredis ${word}`, rule, verdict, () => withIoredis(port)),
      provoked(`redis ${word}`, rule, verdict, () => withNodeRedis(port)),
    ];
  });
  const [dropping, silent, refused] = [await redisServer(), await tcp(() => undefined), await closedPort()];
  return [
    ...(await Promise.all(replies)).flat(),
    provoked('ioredis dropped', 'redis-unanswered', 'A', () => withIoredis(dropping)),
    provoked('ioredis timeout', 'redis-unanswered', 'A', () => withIoredis(silent, { commandTimeout: 50 })),
    provoked('ioredis offline', 'redis-not-sent', 'T', () => withIoredis(silent, { enableOfflineQueue: false })),
    provoked('redis dropped', 'redis-unanswered', 'A', () => withNodeRedis(dropping)),
    provoked('redis refused', 'connect-refused', 'T', () => withNodeRedis(refused)),
    provoked('redis closed', 'redis-misuse', 'P', () => createClient().get('k')),
  ];
}

/** @param answers the replies by the first word of a command */
const smtpServer = (answers) =>
  tcp((socket) => {
    socket.write('220 hello\r\n');
    socket.on('data', (data) => {
      const [word] = String(data).trim().split(/[\s:]/);
      const answer = answers[word] ?? '250 ok';
      if (answer === 'drop') socket.destroy();
      else socket.write(`${answer}\r\n`);
    });
  });

async function ofMail() {
  const send = (port, { to = 'b@example.test', ...more } = {}) =>
    createTransport({ host: '127.0.0.1', port, ignoreTLS: true, ...more }).sendMail({
      from: 'a@example.test',
      to,
      text: BODY,
    });
  const auth = { auth: { user: 'u', pass: PASSWORD } };
  const ehlo = { EHLO: '250-hello\r\n250 AUTH PLAIN' };
  const [greylisted, unknown, badLogin, laterLogin, dropping, silent, refused] = [
    await smtpServer({ RCPT: '451 4.7.1 greylisted' }),
    await smtpServer({ RCPT: '550 5.1.1 no such user' }),
    await smtpServer({ ...ehlo, AUTH: '535 5.7.8 bad' }),
    await smtpServer({ ...ehlo, AUTH: '454 4.7.0 later' }),
    await smtpServer({ DATA: 'drop' }),
    await tcp(() => undefined),
    await closedPort(),
  ];
  return [
    provoked('mail greylisted', 'mail-try-later', 'T', () => send(greylisted)),
    provoked('mail unknown user', 'mail-refused', 'P', () => send(unknown)),
    provoked('mail bad login', 'mail-refused', 'P', () => send(badLogin, auth)),
    provoked('mail login later', 'mail-try-later', 'T', () => send(laterLogin, auth)),
    provoked('mail dropped', 'messaging-unanswered', 'A', () => send(dropping)),
    provoked('mail greeting', 'connect-refused', 'T', () => send(silent, { greetingTimeout: 50 })),
    provoked('mail refused', 'connect-refused', 'T', () => send(refused)),
    provoked('mail no recipient', 'mail-refused', 'P', () => send(greylisted, { to: '' })),
  ];
}

async function ofKafka() {
  const send = async (port) => {
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${port}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      connectionTimeout: 300,
    });
    const producer = kafka.producer({ createPartitioner: () => () => 0 });
    await producer.connect();
    return producer.send({ topic: 't', messages: [{ value: BODY }] });
  };
  const { createErrorFromCode } = (await import('kafkajs/src/protocol/error.js')).default;
  const answered = (code, rule, verdict) =>
    provoked(`kafka ${code}`, rule, verdict, () => {
      throw createErrorFromCode(code);
    });
  const refused = await closedPort();
  return [
    provoked('kafka refused', 'connect-refused', 'T', () => send(refused)),
    answered(6, 'kafka-try-later', 'T'),
    answered(7, 'kafka-unanswered', 'A'),
    answered(20, 'kafka-unanswered', 'A'),
    answered(29, 'kafka-refused', 'P'),
  ];
}

async function ofAmqp() {
  const refused = await closedPort();
  const dropping = await tcp((socket) => socket.once('data', () => socket.end()));
  const connect = (port) => amqp.connect(`amqp://u:${PASSWORD}@127.0.0.1:${port}`);
  return [
    provoked('amqp refused', 'connect-refused', 'T', () => connect(refused)),
    provoked('amqp dropped', 'amqp-not-sent', 'T', () => connect(dropping)),
  ];
}

function ofBullmq() {
  const thrown = (error) => () => {
    throw error;
  };
  return [
    provoked('bullmq unrecoverable', 'bullmq-unrecoverable', 'P', thrown(new UnrecoverableError())),
    provoked('bullmq rate limit', 'bullmq-moved', 'T', thrown(new RateLimitError())),
    provoked('bullmq delayed', 'bullmq-moved', 'T', thrown(new DelayedError())),
  ];
}
