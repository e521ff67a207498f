import { jest } from '@jest/globals';
import { JsonLogger } from './json-logger.js';

const DATA = { requestId: 'request-1', executionArn: 'arn', operationId: 'c4ca4238a0b92382', attempt: 2 };

describe('JsonLogger', () => {
  let lines: Array<[stream: 'out' | 'error', record: Record<string, unknown>]>;
  const keep = (stream: 'out' | 'error') => (text: unknown) => {
    expect(text).toMatch(/^[^\n]+\n$/);
    lines.push([stream, JSON.parse(String(text))]);
    return true;
  };

  beforeEach(() => {
    lines = [];
    jest.spyOn(process.stdout, 'write').mockImplementation(keep('out'));
    jest.spyOn(process.stderr, 'write').mockImplementation(keep('error'));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    delete process.env.AWS_LAMBDA_LOG_LEVEL;
  });

  function loggerOf(level?: string): JsonLogger {
    if (level !== undefined) process.env.AWS_LAMBDA_LOG_LEVEL = level;
    const logger = new JsonLogger();
    logger.configureDurableLoggingContext({ getDurableLogData: () => DATA });
    return logger;
  }
  const records = () => lines.map(([, record]) => record);

  it('takes a level that it does not know for INFO', () => {
    loggerOf('ERROR').log('info' as 'INFO', 'charging');
    expect(lines).toEqual([]);

    loggerOf('INFO').log('info' as 'INFO', 'charging');
    expect(records()).toEqual([expect.objectContaining({ level: 'INFO', message: 'charging' })]);
  });

  it('writes who logs, when, and what, as one line of JSON', () => {
    loggerOf().info('charged');

    expect(records()).toEqual([
      { ...DATA, timestamp: expect.stringMatching(/^\d{4}-.*Z$/), level: 'INFO', message: 'charged' },
    ]);
    expect(Object.keys(records()[0]!)).toEqual([
      'requestId',
      'timestamp',
      'level',
      'executionArn',
      'operationId',
      'attempt',
      'message',
    ]);
  });

  it('formats several arguments as the console does', () => {
    loggerOf().info('order %s has %d items:', 'A-1', 2, { express: true });

    expect(records()[0]!.message).toBe('order A-1 has 2 items: { express: true }');
  });

  it('tells class, message and stack of an error', () => {
    const logger = loggerOf();
    logger.error(new TypeError('declined'));
    logger.error('charging failed:', new TypeError('declined'));

    const members = {
      errorType: 'TypeError',
      errorMessage: 'declined',
      stackTrace: expect.arrayContaining(['TypeError: declined']),
    };
    expect(records()[0]).toMatchObject({ message: 'declined', ...members });
    expect(records()[1]).toMatchObject({ message: 'charging failed: TypeError: declined', ...members });
  });

  it('takes an object that has a message as the record, and any other as the message', () => {
    const logger = loggerOf();
    logger.info({ message: 'charged', amount: 3 });
    logger.info({ amount: 3 });
    logger.info({ message: ['charged', 3], amount: 3 });
    logger.info({ message: null, amount: 3 });

    expect(records()[0]).toMatchObject({ message: 'charged', amount: 3 });
    expect(records()[1]).toMatchObject({ message: { amount: 3 } });
    expect(records()[2]).toMatchObject({ message: ['charged', 3], amount: 3 });
    expect(records()[3]).toMatchObject({ message: null, amount: 3 });
  });

  it('tells class, message and stack of an error inside a logged value', () => {
    const logger = loggerOf();
    const error = new TypeError('declined', { cause: new RangeError('too much') });
    logger.error({ error, order: 7 });
    logger.error({ message: 'charging failed', orders: [{ error }] });

    const members = {
      errorType: 'TypeError',
      errorMessage: 'declined',
      stackTrace: expect.arrayContaining(['TypeError: declined']),
      cause: expect.objectContaining({ errorMessage: 'too much' }),
    };
    expect(records()[0]).toMatchObject({ message: { error: members, order: 7 } });
    expect(records()[1]).toMatchObject({ message: 'charging failed', orders: [{ error: members }] });
  });

  it('formats a long value without line breaks', () => {
    const order = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`article${at}`, 'reserved']));
    const circular: Record<string, unknown> = { ...order };
    circular.self = circular;

    loggerOf().info('order', order);
    loggerOf().info(circular);

    expect(records()[0]!.message).toMatch(/^order \{ article0: 'reserved', .* article19: 'reserved' \}$/);
    expect(records()[1]!.message).toMatch(/^<ref \*1> \{ article0: 'reserved', .*\}$/);
  });

  it('lets nothing that is logged pass for who logs it', () => {
    loggerOf().info({ message: 'charged', executionArn: 'another', level: 'FATAL', requestId: 'forged' });

    expect(records()[0]).toMatchObject({ ...DATA, level: 'INFO' });
  });

  it('writes what JSON cannot hold as text', () => {
    const circular: Record<string, unknown> = { amount: 3n };
    circular.self = circular;

    loggerOf().info('order', circular);
    loggerOf().info(circular);
    loggerOf().info({ amount: 3n });

    expect(records().map(({ message }) => message)).toEqual([
      expect.stringContaining('amount: 3n'),
      expect.stringContaining('Circular'),
      expect.stringContaining('amount: 3n'),
    ]);
  });

  it('writes warnings and errors to standard error', () => {
    const logger = loggerOf();
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    logger.log('WARN', 'e');

    expect(lines.map(([stream, { message }]) => `${stream} ${message}`)).toEqual([
      'out a',
      'out b',
      'error c',
      'error d',
      'error e',
    ]);
  });

  it.each([
    [undefined, ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['TRACE', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['INFO', ['INFO', 'WARN', 'ERROR']],
    ['warn', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
    ['FATAL', []],
  ])('writes, while AWS_LAMBDA_LOG_LEVEL is %s, %j', (level, written) => {
    const logger = loggerOf(level);
    logger.debug('');
    logger.info('');
    logger.warn('');
    logger.error('');

    expect(records().map((record) => record.level)).toEqual(written);
  });

  it('tells what it can when nobody has said who logs', () => {
    new JsonLogger().warn({ message: 'refused', executionArn: 'arn' });

    expect(records()).toEqual([
      { timestamp: expect.any(String), level: 'WARN', message: 'refused', executionArn: 'arn' },
    ]);
  });
});
