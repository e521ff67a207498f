import { BSON, MongoClient } from 'mongodb';
import mongoose from 'mongoose';
import { closedPort, tcp } from './loopback.mjs';
import { provoked } from './provocation.mjs';
import { PASSWORD, ROW } from './secrets.mjs';

const HELLO = {
  ismaster: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16777216,
  maxMessageSizeBytes: 48000000,
  maxWriteBatchSize: 100000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 25,
  setName: 'rs',
  hosts: [],
  ok: 1,
};

/** A server that sends a greeting, and the same reply to every command; without a reply it drops the connection. */
function mongod(answer) {
  return tcp((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 16 && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0);
        reply(socket, received.subarray(0, length), answer);
        received = received.subarray(length);
      }
    });
  });
}

/** A driver spends all of it on a refused connection; a busy machine needs some of it to be refused at all. */
const SELECTION_MS = 2000;

const OP_MSG = 2013;
const OP_REPLY = 1;

function reply(socket, message, answer) {
  const isQuery = message.readInt32LE(12) !== OP_MSG;
  const command = isQuery ? { hello: 1 } : BSON.deserialize(message.subarray(21));
  const greets = 'hello' in command || 'ismaster' in command || 'isMaster' in command || 'endSessions' in command;
  if (!greets && answer === undefined) return socket.destroy();
  const { port } = socket.address();
  const greeting = { ...HELLO, hosts: [`127.0.0.1:${port}`], me: `127.0.0.1:${port}`, primary: `127.0.0.1:${port}` };
  const body = BSON.serialize(greets ? greeting : answer);
  const between = isQuery ? Buffer.alloc(20) : Buffer.alloc(5);
  if (isQuery) between.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + between.length + body.length, 0);
  header.writeInt32LE(message.readInt32LE(4), 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return socket.write(Buffer.concat([header, between, body]));
}

export async function provocations() {
  return [...(await ofMongodb()), ...(await ofMongoose())];
}

const failure = (code, codeName, ...errorLabels) => ({ ok: 0, code, codeName, errmsg: 'no', errorLabels });

const ANSWERS = [
  ['conflict', 'mongodb-rolled-back', 'T', failure(112, 'WriteConflict', 'TransientTransactionError')],
  ['stepped down', 'mongodb-try-later', 'T', failure(189, 'PrimarySteppedDown')],
  ['unknown commit', 'mongodb-commit-unknown', 'A', failure(50, 'MaxTimeMSExpired', 'UnknownTransactionCommitResult')],
  ['time limit', 'mongodb-unanswered', 'A', failure(50, 'MaxTimeMSExpired')],
  ['unauthorized', 'mongodb-refused', 'P', failure(13, 'Unauthorized')],
  [
    'duplicate',
    'mongodb-refused',
    'P',
    {
      ok: 1,
      n: 0,
      writeErrors: [
        {
          index: 0,
          code: 11000,
          errmsg: `E11000 duplicate key error collection: d.u index: email_1 dup key: { email: "${ROW}" }`,
          keyPattern: { email: 1 },
          keyValue: { email: ROW },
        },
      ],
    },
  ],
  [
    'write concern',
    'mongodb-unanswered',
    'A',
    {
      ok: 1,
      n: 1,
      writeConcernError: { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' },
    },
  ],
  ['dropped', 'mongodb-unanswered', 'A', undefined],
];

async function ofMongodb() {
  const insert = async (port) => {
    const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
      serverSelectionTimeoutMS: SELECTION_MS,
      retryWrites: false,
    });
    try {
      return await client.db('d').collection('u').insertOne({ email: ROW });
    } finally {
      await client.close(true);
    }
  };
  const answered = ANSWERS.map(async ([id, rule, verdict, answer]) => {
    const port = await mongod(answer);
    return provoked(`mongodb ${id}`, rule, verdict, () => insert(port));
  });
  const refused = await closedPort();
  return [
    ...(await Promise.all(answered)),
    provoked('mongodb refused', 'connect-refused', 'T', () => insert(refused)),
    provoked('mongodb bad uri', 'mongodb-refused', 'P', () => new MongoClient(`mongo://u:${PASSWORD}@h`)),
    provoked('bson', 'mongodb-refused', 'P', () => new BSON.ObjectId(ROW)),
  ];
}

async function ofMongoose() {
  const schema = new mongoose.Schema(
    { age: { type: Number, required: true } },
    { strict: 'throw', bufferTimeoutMS: 50 },
  );
  const User = mongoose.model('User', schema);
  const silent = await closedPort();
  return [
    provoked('mongoose validation', 'validation-failed', 'P', () => new User({}).validate()),
    provoked('mongoose strict', 'mongoose-refused', 'P', () => new User({ secret: ROW })),
    provoked('mongoose cast', 'mongoose-refused', 'P', () => User.findById({ a: ROW }).cast(User)),
    provoked('mongoose buffering', 'mongodb-no-connection', 'T', () => User.findOne({}).exec()),
    provoked('mongoose refused', 'connect-refused', 'T', () =>
      mongoose
        .createConnection(`mongodb://127.0.0.1:${silent}/d`, { serverSelectionTimeoutMS: SELECTION_MS })
        .asPromise(),
    ),
    provoked('mongoose version', 'mongoose-version', 'T', () => {
      throw new mongoose.Error.VersionError(new User({ age: 1 }), 1, ['age']);
    }),
  ];
}
