import { Exclude, Type } from 'class-transformer';
import { dataFormOf, fromDataForm } from './data-form.js';
import { isSecret } from './secret-names.js';

class Address {
  constructor(readonly street: string) {}
  label(): string {
    return this.street;
  }
}

class User {
  @Exclude() note = 'hidden';
  @Type(() => Address) home = new Address('Main Street');
  since = new Date(0);
  get city(): string {
    return 'Athens';
  }
}

async function throughForm(value: unknown): Promise<unknown> {
  const form = await dataFormOf('value', value);
  return form && fromDataForm(JSON.parse(JSON.stringify(form)), 'value');
}

describe('A value as data', () => {
  it.each([
    ['text', 'text'],
    ['zero', 0],
    ['false', false],
    ['null', null],
    ['a list', [1, 'a', null]],
    ['a tree', { a: { b: [{ c: true }] } }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ])('is %s again', async (_what, value) => {
    expect(await throughForm(value)).toEqual(JSON.parse(JSON.stringify(value)));
  });

  it('is the JSON of dates, of what has a form of its own, and of what instances hold', async () => {
    expect(await throughForm({ at: new Date(0), url: new URL('https://shop.example/') })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      url: 'https://shop.example/',
    });
    expect(await throughForm(new User())).toEqual({
      home: { street: 'Main Street' },
      since: '1970-01-01T00:00:00.000Z',
    });
  });

  it.each<[string, unknown]>([
    ['a bigint', 12345678901234567890n],
    ['not a number', NaN],
    ['an endless number', -Infinity],
    ['bytes', Buffer.from([0, 255])],
    ['a set', new Set([1, 'a', null])],
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2n, { b: new Set([3n]) }],
      ]),
    ],
    ['a list of these', [new Map([['k', [NaN]]]), { 'https://shop.example/~roles': new Set(['admin']) }]],
  ])('is %s again', async (_what, value) => {
    expect(await throughForm(value)).toEqual(value);
    expect(await throughForm({ within: { list: [value] } })).toEqual({ within: { list: [value] } });
  });

  it('is a buffer for any array of bytes', async () => {
    const restored = await throughForm({ key: new Uint8Array([0, 255]) });
    expect(restored).toEqual({ key: Buffer.from([0, 255]) });
  });

  it('has in maps and sets what it has elsewhere: no secrets, nothing that is hidden, no methods', async () => {
    const value = new Map<string, unknown>([
      ['apiKey', 'S3CRET'],
      ['users', new Set([{ user: new User(), password: 'S3CRET' }])],
    ]);
    const restored = (await throughForm(value)) as Map<string, Set<{ user: User }>>;
    const [first] = [...restored.get('users')!];
    expect([...restored.keys()]).toEqual(['users']);
    expect(first).toEqual({ user: { home: { street: 'Main Street' }, since: '1970-01-01T00:00:00.000Z' } });
    expect(() => first!.user.city).toThrow(/request\.value\.1?.*city does not exist/);
  });

  it('leaves the value itself as it is', async () => {
    const roles = new Set(['admin']);
    const user = Object.freeze({ roles, id: 7n });
    await dataFormOf('user', user);
    expect(user).toEqual({ roles: new Set(['admin']), id: 7n });
    expect(user.roles).toBe(roles);
  });

  it('of a class of which a member has no form in JSON hides what the class hides', async () => {
    class Account {
      @Exclude() note = 'hidden';
      roles = new Set(['admin']);
      id = 7n;
    }
    expect(await throughForm(new Account())).toEqual({ roles: new Set(['admin']), id: 7n });
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;

  const endless = new Map<string, unknown>();
  endless.set('self', endless);

  const unreadable = {
    get lazy(): never {
      throw new Error('not loaded');
    },
  };

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a map with a handle', new Map([['db', { query: () => 1 }]])],
    ['a map in a circle', endless],
    ['a class of maps', new (class Roles extends Map<number, number> {})([[1, 2]])],
    ['a view of bytes', new Uint16Array(1)],
    ['an error', new Error('e')],
    ['a promise', Promise.resolve(1)],
    ['an emitter', { on: () => undefined }],
    ['a circle', circle],
    ['an instance that hides its state', new (class Hidden {})()],
    ['an object that holds one of these', { db: { query: () => 1 } }],
    ['an object of which a member cannot be read', unreadable],
  ])('is not there for %s', async (_what, value) => {
    expect(await dataFormOf('value', value)).toBeUndefined();
  });

  it('refuses the methods and accessors that its objects had, wherever they are, and nothing else', async () => {
    const user = (await throughForm(new User())) as User;
    expect(() => user.home.label()).toThrow(/request\.value\.home\.label\(\) does not exist/);
    expect(() => user.city).toThrow(/request\.value\.city does not exist/);
    expect(JSON.stringify(user)).toContain('Main Street');
    expect(Object.keys(user)).toEqual(['home', 'since']);
    await expect(Promise.resolve(user)).resolves.toBe(user);
  });

  it.each([
    'password',
    'passwordHash',
    'currentPasswd',
    'passphrase',
    'passcode',
    'pwd',
    'secret',
    'client_secret',
    'mfaSecret',
    'apiKey',
    'x-api-key',
    'private_key',
    'token',
    'refresh_token',
    'accessToken',
    'x-auth-token',
    'csrfToken',
    'jwt',
    'id_jwt',
    'bearer',
    'otp',
    'otpCode',
    'cvc',
    'cvv2',
    'sessionId',
    'credentials',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Set-Cookie',
  ])('leaves out %s, at every depth', async (name) => {
    expect(isSecret(name)).toBe(true);
    expect(await dataFormOf(name, 'S3CRET')).toBeNull();
    expect(JSON.stringify(await dataFormOf('user', { list: [{ [name]: 'S3CRET', id: 1 }] }))).not.toContain('S3CRET');
  });

  it.each([
    'secretary',
    'tokenVersion',
    'author',
    'authorized',
    'cookieConsent',
    'desktop',
    'cv',
    'keyboard',
    'session',
  ])('keeps %s, which is no secret', (name) => {
    expect(isSecret(name)).toBe(false);
  });
});
