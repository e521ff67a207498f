import { createServer as createMysqlServer, createConnection, createPool } from 'mysql2';
import initSqlJs from 'sql.js';
import { closedPort } from './loopback.mjs';
import { provoked } from './provocation.mjs';
import { PASSWORD, ROW } from './secrets.mjs';

export async function provocations() {
  return [...(await ofMysql()), ...(await ofSqlite()), ...(await ofNodeSqlite())];
}

const SQL = `insert into u values ('${ROW}')`;

const MYSQL_ERRORS = [
  [1213, '40001', 'mysql-rolled-back', 'T'],
  [1205, 'HY000', 'mysql-rolled-back', 'T'],
  [1040, '08004', 'mysql-rolled-back', 'T'],
  [1290, 'HY000', 'mysql-rolled-back', 'T'],
  [1053, '08S01', 'mysql-unanswered', 'A'],
  [1062, '23000', 'mysql-refused', 'P'],
  [1146, '42S02', 'mysql-refused', 'P'],
  [1045, '28000', 'mysql-refused', 'P'],
];

/** mysql2 includes a server, which can respond with any error. */
async function mysqlServer(answer) {
  const server = createMysqlServer();
  server.on('connection', (connection) => {
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.0.0',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 8,
      capabilityFlags: 0xffffff ^ 0x800,
    });
    connection.on('error', () => undefined);
    connection.on('query', () => answer(connection));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { _server: inner } = server;
  inner.unref();
  return inner.address().port;
}

async function ofMysql() {
  const query = (port) => {
    const connection = createConnection({ host: '127.0.0.1', port, user: 'u', password: PASSWORD });
    return new Promise((resolve, reject) => {
      connection.on('error', reject);
      connection.query(SQL, (error) => (connection.destroy(), error ? reject(error) : resolve()));
    });
  };
  const failing = MYSQL_ERRORS.map(async ([code, sqlState, rule, verdict]) => {
    const port = await mysqlServer((connection) =>
      connection.writeError({ code, sqlState, message: `Duplicate entry '${ROW}' for key 'u.email'` }),
    );
    return provoked(`mysql2 ${code}`, rule, verdict, () => query(port));
  });
  const dropping = await mysqlServer((connection) => connection.stream.destroy());
  const hanging = await mysqlServer(() => undefined);
  const refused = await closedPort();
  return [
    ...(await Promise.all(failing)),
    provoked('mysql2 lost', 'mysql-unanswered', 'A', () => query(dropping)),
    provoked('mysql2 refused', 'connect-refused', 'T', () => query(refused)),
    provoked('mysql2 queue', 'mysql-no-connection', 'T', () => {
      const pool = createPool({ host: '127.0.0.1', port: hanging, connectionLimit: 1, queueLimit: 1 });
      const run = () => new Promise((_, reject) => pool.query(SQL, (error) => error && reject(error)));
      return Promise.race([run(), run(), run()]).finally(() => pool.end(() => undefined));
    }),
  ];
}

async function ofSqlite() {
  const { Database } = await initSqlJs();
  const run = (sql) => {
    const db = new Database();
    db.run('create table u (email text unique not null)');
    db.run(SQL);
    db.run(sql);
  };
  return [
    provoked('sql.js duplicate', 'sqlite-refused-message', 'P', () => run(SQL)),
    provoked('sql.js not null', 'sqlite-refused-message', 'P', () => run('insert into u values (null)')),
    provoked('sql.js no table', 'sqlite-refused-message', 'P', () => run('select * from nowhere')),
    provoked('sql.js syntax', 'sqlite-refused-message', 'P', () => run('selec 1')),
  ];
}

/** Since Node 22. */
async function ofNodeSqlite() {
  const sqlite = process.getBuiltinModule?.('node:sqlite');
  if (!sqlite) return [];
  const run = (sql) => {
    const db = new sqlite.DatabaseSync(':memory:');
    db.exec('create table u (email text unique not null)');
    db.exec(SQL);
    db.exec(sql);
  };
  return [
    provoked('node:sqlite duplicate', 'sqlite-refused', 'P', () => run(SQL)),
    provoked('node:sqlite no table', 'sqlite-refused', 'P', () => run('select * from nowhere')),
  ];
}
