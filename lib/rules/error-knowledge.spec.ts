import { KnownErrors } from './error-knowledge.js';

const SECRET = 'planted-8f3a';
const known = new KnownErrors();
const thrown = (message: string, members: object = {}) => Object.assign(new Error(message), members);

describe('What is kept of an error of a library', () => {
  it.each<[string, Error, string]>([
    [
      'Knex',
      thrown(`insert into "u" values ('${SECRET}') - duplicate key value violates unique constraint "u_key"`),
      'duplicate key value violates unique constraint "u_key"',
    ],
    ['Drizzle', thrown(`Failed query: insert into u values ($1)\nparams: ${SECRET}`), 'Failed query'],
    ['MySQL', thrown(`Duplicate entry '${SECRET}' for key 'u.email'`), "Duplicate entry '…' for key 'u.email'"],
    [
      'Postgres',
      thrown(`invalid input syntax for type integer: "${SECRET}"`),
      'invalid input syntax for type integer: "…"',
    ],
    [
      'MongoDB',
      thrown(`E11000 duplicate key error collection: d.u index: e_1 dup key: { e: "${SECRET}" }`),
      'E11000 duplicate key error collection: d.u index: e_1',
    ],
    ['graphql-request', thrown(`no: {"response":{},"request":{"variables":{"a":"${SECRET}"}}}`), 'no'],
    ['Anthropic', thrown(`529 {"error":"${SECRET}"}`), '529'],
    [
      'TypeORM',
      thrown(`Could not find any entity of type "User" matching: {"e":"${SECRET}"}`),
      'Could not find any entity of type "User"',
    ],
    ['MikroORM', thrown(`User not found ({ e: '${SECRET}' })`), 'User not found'],
    [
      'mongoose',
      thrown(`Cast to ObjectId failed for value "${SECRET}" (type string) at path "_id"`),
      'Cast to ObjectId failed for value "…" (type string) at path "_id"',
    ],
    ['yup', thrown(`a must be a number, but the final value was: ${SECRET}`), 'a must be a number'],
    [
      'JSON',
      thrown(`Unexpected token '<', "<html>${SECRET}" is not valid JSON`),
      "Unexpected token '<': not valid JSON",
    ],
    ['execFile', thrown(`Command failed: pay --key ${SECRET}`), 'Command failed'],
    [
      'gRPC',
      thrown(`7 PERMISSION_DENIED: ${SECRET}`, { code: 7, details: SECRET, metadata: {} }),
      '7 PERMISSION_DENIED',
    ],
    ['a URL', thrown(`cannot reach postgres://u:${SECRET}@db/x`), 'cannot reach postgres://…@db/x'],
    ['a header', thrown(`refused Authorization: Bearer ${SECRET}-and-more`), 'refused Authorization: Bearer …'],
    ['an application', thrown('Order "A-7" is sold out for entry 3'), 'Order "A-7" is sold out for entry 3'],
  ])('is a message without the data of users: %s', (_, error, message) => {
    expect(known.describe(error).message).toBe(message);
  });

  it('is what an allow-list names', () => {
    const error = thrown('Request failed with status code 409', {
      code: 'ERR_BAD_REQUEST',
      isAxiosError: true,
      config: { headers: { Authorization: SECRET }, data: SECRET },
      response: { status: 409, headers: { 'set-cookie': SECRET }, data: SECRET },
      detail: `Key (email)=(${SECRET}) already exists.`,
      constraint: 'u_email_key',
      secret: SECRET,
    });
    expect(known.describe(error)).toEqual({
      message: 'Request failed with status code 409',
      members: { code: 'ERR_BAD_REQUEST', constraint: 'u_email_key', status: 409 },
    });
  });

  it('is the same when it is kept again', () => {
    const cancelled = thrown('m', {
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: [{ Code: 'None', Item: SECRET }],
    });
    const { message, members } = known.describe(cancelled);

    expect(members).toEqual({ status: 400, cancellationReasons: ['None'] });
    expect(known.describe(thrown(message, members))).toEqual({ message, members });
  });
});
