import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import Knex from 'knex';
import pg from 'pg';
import postgres from 'postgres';
import { Sequelize } from 'sequelize';
import { DataSource, EntitySchema, OptimisticLockVersionMismatchError } from 'typeorm';
import { closedPort, tcp } from './loopback.mjs';
import { provoked } from './provocation.mjs';
import { PASSWORD, ROW } from './secrets.mjs';

const SCHEMA = `
  create table u (id int primary key, email text unique, age int not null check (age > 0));
  insert into u values (1, '${ROW}', 1);`;
/** Every SQLSTATE can be raised; the driver's error is the same as when it comes about by itself. */
const raise = (code) => `do $$ begin raise 'raised' using errcode = '${code}'; end $$`;
const DUPLICATE = `insert into u values (2, '${ROW}', 1)`;

const STATES = [
  ['40001', 'postgres-rolled-back', 'T'],
  ['40P01', 'postgres-rolled-back', 'T'],
  ['55P03', 'postgres-rolled-back', 'T'],
  ['57P03', 'postgres-rolled-back', 'T'],
  ['53300', 'postgres-rolled-back', 'T'],
  ['25006', 'postgres-rolled-back', 'T'],
  ['08007', 'postgres-unanswered', 'A'],
  ['40003', 'postgres-unanswered', 'A'],
  ['57014', 'postgres-cancelled', 'T'],
  ['XX000', 'postgres-cancelled', 'T'],
  ['P0001', 'postgres-refused', 'P'],
];
const REFUSED = [
  ['duplicate', DUPLICATE],
  ['not null', `insert into u values (3, '${ROW}', null)`],
  ['check', `insert into u values (3, '${ROW}', -1)`],
  ['bad value', `select '${ROW}'::int`],
  ['no table', 'select * from nowhere'],
  ['syntax', 'selec 1'],
];

export async function provocations() {
  const db = await PGlite.create();
  await db.exec(SCHEMA);
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 50 });
  await server.start();
  const [, port] = server.getServerConn().split(':');
  const settings = {
    host: '127.0.0.1',
    port: Number(port),
    user: 'postgres',
    password: PASSWORD,
    database: 'postgres',
  };
  return [
    ...ofPg(settings),
    ...(await ofPgConnections()),
    ...(await ofPostgresJs(settings)),
    ...ofTypeorm(settings),
    ...ofSequelize(settings),
    ...ofKnex(settings),
    ...ofDrizzle(settings),
  ];
}

/** Opens, runs and closes again, since the database in this process serves one connection at a time. */
async function inTurn(opened, run, close) {
  try {
    return await run(await opened);
  } finally {
    await close(await opened);
  }
}

function ofPg(settings) {
  const query = (text) => {
    const client = new pg.Client(settings);
    return inTurn(
      client.connect(),
      () => client.query(text),
      () => client.end(),
    );
  };
  return [
    ...STATES.map(([code, rule, verdict]) => provoked(`pg ${code}`, rule, verdict, () => query(raise(code)))),
    ...REFUSED.map(([id, text]) => provoked(`pg ${id}`, 'postgres-refused', 'P', () => query(text))),
    provoked('pg closed', 'pg-misuse', 'P', async () => {
      const client = new pg.Client(settings);
      await inTurn(
        client.connect(),
        () => undefined,
        () => client.end(),
      );
      return client.query('select 1');
    }),
  ];
}

async function ofPgConnections() {
  const [refused, silent, dropping] = [
    await closedPort(),
    await tcp(() => undefined),
    await tcp((socket) => socket.once('data', () => socket.destroy())),
  ];
  const noTls = await tcp((socket) => socket.once('data', () => socket.end('N')));
  const connect = (port, more) =>
    new pg.Client({ host: '127.0.0.1', port, user: 'u', password: PASSWORD, ...more }).connect();
  return [
    provoked('pg refused', 'connect-refused', 'T', () => connect(refused)),
    provoked('pg timeout', 'pg-no-connection', 'T', () => connect(silent, { connectionTimeoutMillis: 50 })),
    provoked('pg dropped', 'pg-unanswered', 'A', () => connect(dropping)),
    provoked('pg no tls', 'pg-misuse', 'P', () => connect(noTls, { ssl: true })),
    provoked('pg pool', 'pg-no-connection', 'T', () =>
      new pg.Pool({ host: '127.0.0.1', port: silent, password: PASSWORD, connectionTimeoutMillis: 50 }).query(
        'select 1',
      ),
    ),
  ];
}

async function ofPostgresJs(settings) {
  const [refused, silent] = [await closedPort(), await tcp(() => undefined)];
  const query = (text, more) => {
    const client = postgres({ ...settings, max: 1, onnotice: () => undefined, ...more });
    return inTurn(
      client,
      () => client.unsafe(text),
      () => client.end({ timeout: 1 }),
    );
  };
  return [
    provoked('postgres.js 40001', 'postgres-rolled-back', 'T', () => query(raise('40001'))),
    provoked('postgres.js duplicate', 'postgres-refused', 'P', () => query(DUPLICATE)),
    provoked('postgres.js refused', 'connect-refused', 'T', () => query('select 1', { port: refused })),
    provoked('postgres.js timeout', 'connect-refused', 'T', () =>
      query('select 1', { port: silent, connect_timeout: 0.05 }),
    ),
    provoked('postgres.js undefined', 'postgres-js-refused', 'P', () => {
      const client = postgres({ ...settings, max: 1 });
      return inTurn(
        client,
        () => client`select ${undefined}`,
        () => client.end({ timeout: 1 }),
      );
    }),
  ];
}

function ofTypeorm(settings) {
  const User = new EntitySchema({
    name: 'User',
    tableName: 'u',
    columns: { id: { type: Number, primary: true }, email: { type: String } },
  });
  const using = (run) => {
    const source = new DataSource({
      type: 'postgres',
      ...settings,
      username: 'postgres',
      entities: [User],
      extra: { max: 1 },
    });
    return inTurn(source.initialize(), run, () => source.destroy());
  };
  return [
    provoked('typeorm 40001', 'postgres-rolled-back', 'T', () => using((source) => source.query(raise('40001')))),
    provoked('typeorm duplicate', 'postgres-refused', 'P', () => using((source) => source.query(DUPLICATE))),
    provoked('typeorm lost update', 'orm-lost-update', 'T', () => {
      throw new OptimisticLockVersionMismatchError('User', 1, 2);
    }),
    provoked('typeorm not found', 'orm-not-found', 'P', () =>
      using((source) => source.getRepository(User).findOneByOrFail({ email: `${ROW}?` })),
    ),
  ];
}

function ofSequelize(settings) {
  const using = (run) => {
    const client = new Sequelize({
      dialect: 'postgres',
      ...settings,
      username: 'postgres',
      logging: false,
      pool: { max: 1, acquire: 200 },
    });
    return inTurn(client, run, () => client.close());
  };
  return [
    provoked('sequelize 40P01', 'postgres-rolled-back', 'T', () => using((client) => client.query(raise('40P01')))),
    provoked('sequelize duplicate', 'sequelize-refused', 'P', () => using((client) => client.query(DUPLICATE))),
    provoked('sequelize pool', 'sequelize-try-later', 'T', () =>
      using(async (client) => {
        const first = await client.transaction();
        await client.query('select 1').finally(() => first.rollback());
      }),
    ),
    provoked('sequelize refused', 'connect-refused', 'T', async () =>
      new Sequelize({ dialect: 'postgres', host: '127.0.0.1', port: await closedPort(), logging: false }).query(
        'select 1',
      ),
    ),
  ];
}

function ofKnex(settings) {
  const using = (run, pool = { min: 0, max: 1 }) => {
    const client = Knex({ client: 'pg', connection: settings, pool, acquireConnectionTimeout: 200 });
    return inTurn(client, run, () => client.destroy());
  };
  return [
    provoked('knex 40001', 'postgres-rolled-back', 'T', () => using((client) => client.raw(raise('40001')))),
    provoked('knex duplicate', 'postgres-refused', 'P', () => using((client) => client.raw(DUPLICATE))),
    provoked('knex pool', 'knex-no-connection', 'T', () =>
      using(async (client) => {
        const first = await client.transaction();
        await client.raw('select 1').finally(() => first.rollback());
      }),
    ),
  ];
}

function ofDrizzle(settings) {
  const query = (text) => {
    const client = new pg.Client(settings);
    return inTurn(
      client.connect(),
      () => drizzle(client).execute(sql.raw(text)),
      () => client.end(),
    );
  };
  return [
    provoked('drizzle 40001', 'postgres-rolled-back', 'T', () => query(raise('40001'))),
    provoked('drizzle duplicate', 'postgres-refused', 'P', () => query(DUPLICATE)),
  ];
}
