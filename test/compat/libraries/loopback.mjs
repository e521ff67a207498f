// Servers on the loopback that fail on demand.
import { randomInt } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer, Socket } from 'node:net';
import { ANSWER } from './secrets.mjs';

const open = [];

async function listen(server) {
  open.push(server);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** Ends all servers; their connections with them. */
export function closeAll() {
  for (const server of open) {
    server.closeAllConnections?.();
    server.close();
    server.unref();
  }
}

/** Systems give other ports to servers and connections that ask for any. */
const NEVER_ASSIGNED = { from: 10_240, below: 32_768 };

/** A port without a listener, and one that no later server or connection is given. */
export async function closedPort() {
  for (;;) {
    const port = randomInt(NEVER_ASSIGNED.from, NEVER_ASSIGNED.below);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A server of raw connections. @param serve is given each socket */
export const tcp = (serve) =>
  listen(
    createServer((socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    }),
  );

/** Behaviour by path: `/status/<number>` (`?after=<seconds>`), `/hang`, `/reset`, `/half`, `/nonsense`, `/loop`, `/page`. */
export const http = () => listen(createHttpServer(answer));

/** Answers every request alike. @param body object, sent as JSON */
export const json = (status, body, headers = {}) =>
  alike(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });

/** Answers every request with the same text. */
export const text = (status, body, type = 'text/plain') => alike(status, body, { 'content-type': type });

const alike = (status, body, headers) =>
  listen(
    createHttpServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(status, headers).end(body));
    }),
  );

function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://loopback');
  const [, kind, status] = pathname.split('/');
  request.resume();
  request.on('end', () => behave[kind]?.(response, { status: Number(status), after: searchParams.get('after') }));
}

const behave = {
  status: (response, { status, after }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...(after && { 'retry-after': after }) });
    response.end(JSON.stringify({ message: 'no', secret: ANSWER }));
  },
  hang: () => undefined,
  reset: ({ socket }) => (socket instanceof Socket ? socket.resetAndDestroy() : socket.destroy()),
  half: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
    response.write('{"half":');
    setTimeout(() => response.socket.destroy(), 20);
  },
  nonsense: ({ socket }) => socket.end('what is this?\r\n\r\n'),
  loop: (response) => response.writeHead(302, { location: '/loop' }).end(),
  page: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${ANSWER}</html>`),
};
