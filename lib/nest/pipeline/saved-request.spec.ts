import assert from 'node:assert/strict';
import { WatchedRequest } from './saved-request.js';
import type { SavedMembers } from './saved-members.js';

/** Of this realm, unlike those of `structuredClone`. */
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

type Members = Record<string, unknown> & Record<'headers' | 'body' | 'params', Record<string, unknown>>;

/** What guards do on day one, what is saved, and the request of another day with what other guards have done to it. */
async function dayThree(
  request: Record<string, unknown>,
  guards: (request: Members) => void,
  later: (request: Members) => void = () => undefined,
) {
  const today = copyOf(request);
  const watched = new WatchedRequest(today, true);
  guards(today as Members);
  const saved = await watched.changes();
  const stored = saved && (JSON.parse(JSON.stringify(saved)) as SavedMembers);
  watched.restore(stored);
  const then: Record<string, unknown> = copyOf(request);
  const watchedThen = new WatchedRequest(then, true);
  later(then as Members);
  watchedThen.restore(stored);
  return { today, then, saved };
}

const REQUEST = { method: 'GET', headers: { host: 'shop', 'x-remove': 'me' }, body: { id: 1 }, params: {} };

describe('What guards do to a request', () => {
  it('is nothing when they do nothing', async () => {
    expect((await dayThree(REQUEST, () => undefined)).saved).toBeUndefined();
  });

  it('is the same on the first day and when they do nothing any more', async () => {
    const { today, then } = await dayThree(REQUEST, (request) => {
      request.user = { id: 7 };
      request.headers['x-tenant'] = 'acme';
      delete request.headers['x-remove'];
      request.body.by = 'guard';
      request.params.extra = 'yes';
      request.method = 'PUT';
    });
    expect(today).toMatchObject({
      user: { id: 7 },
      method: 'PUT',
      body: { id: 1, by: 'guard' },
      params: { extra: 'yes' },
    });
    expect(today['headers']).toEqual({ host: 'shop', 'x-tenant': 'acme' });
    expect(then).toEqual(today);
  });

  it('is limited also on what `switchToDurable()` returns, and the error names what is large there', async () => {
    const call: Record<string, unknown> = {};
    const watched = new WatchedRequest({}, false, call);
    call['tenant'] = 'x'.repeat(40_000);
    await expect(watched.changes()).rejects.toThrow(/\(tenant: 40\d{3} bytes\)/);
  });

  it('is what it was, whatever they do later', async () => {
    const { then } = await dayThree(
      REQUEST,
      (request) => (request.user = { id: 7 }),
      (request) => {
        request.user = { id: 8 };
        request.extra = 'later';
        request.headers.host = 'elsewhere';
      },
    );
    expect(then).toEqual({ ...REQUEST, user: { id: 7 } });
  });

  it('is the same however deep they write, into arrays and `res.locals` too', async () => {
    const request = {
      ...REQUEST,
      body: { customer: { tier: 'none' }, items: [{ price: 1 }, { price: 2 }, 3], names: ['a', 'b'], _id: 1 },
      res: { locals: {} as Record<string, unknown> },
    };
    const write = (value: string, names: string[]) => (given: Members) => {
      const body = given.body as typeof request.body;
      body.customer.tier = value;
      body.items.splice(1, 2);
      (body.items[0] as { price: unknown }).price = value;
      body.names.splice(0, 1, ...names);
      (body as Record<string, unknown>)['_id'] = value;
      (given as unknown as typeof request).res.locals['tenant'] = value;
    };
    const asWritten = {
      body: { customer: { tier: 'v1' }, items: [{ price: 'v1' }], names: ['c', 'd', 'b'], _id: 'v1' },
      res: { locals: { tenant: 'v1' } },
    };
    for (const later of [() => undefined, write('v2', []), write('v3', ['x', 'y', 'z'])]) {
      const { today, then } = await dayThree(request, write('v1', ['c', 'd']), later);
      expect(today).toMatchObject(asWritten);
      expect(then).toEqual(today);
    }
    expect((await dayThree(request, () => undefined, write('v2', ['x', 'y']))).then).toEqual(request);
  });

  it('may be done to what is in a circle, in several places, or cannot be read', async () => {
    const shared: Record<string, unknown> = { tier: 'none' };
    shared['self'] = shared;
    const lazy = Object.defineProperty({}, 'rows', { enumerable: true, get: () => assert.fail('not loaded') });
    const request = { headers: {}, auth: { one: shared, other: shared, lazy } };
    const watched = new WatchedRequest(request, true);
    shared['tier'] = 'gold';
    const saved = await watched.changes();
    expect(saved).toEqual({ within: { auth: { within: { one: { data: { tier: { json: 'gold' } } } } } } });
    shared['tier'] = 'silver';
    watched.restore(saved);
    expect(request.auth.other['tier']).toBe('gold');
  });

  it('holds for what they put in place of an accessor', async () => {
    const parsed = () => Object.defineProperty({}, 'query', { get: () => ({ parsed: true }), configurable: true });
    const ofExpress = () => Object.create(parsed()) as Record<string, unknown>;
    const today = ofExpress();
    const watched = new WatchedRequest(today, true);
    Object.defineProperty(today, 'query', { value: { tenant: 'acme' } });
    const saved = await watched.changes();
    watched.restore(saved);
    const then = ofExpress();
    new WatchedRequest(then, true).restore(saved);
    expect([today['query'], then['query']]).toEqual([{ tenant: 'acme' }, { tenant: 'acme' }]);
  });

  it('is not saved where the name of what middleware has put there is secret, and is not there on the first day either', async () => {
    const request = { headers: {}, cookies: { theme: 'dark' }, signedCookies: {}, auth: { tokens: {} as object } };
    const { today, then, saved } = await dayThree(request, (given) => {
      const { cookies, signedCookies, auth } = given as unknown as typeof request;
      for (const member of [cookies, signedCookies, auth.tokens]) Object.assign(member, { access: 'S3CRET' });
    });
    expect(saved).toBeUndefined();
    expect([today, then]).toEqual([request, request]);
  });

  it('is what they have removed, where the name is secret', async () => {
    const request = { headers: {}, cookies: { theme: 'dark', once: 'S3CRET' }, tokens: { of: { user: 'S3CRET' } } };
    const { today, then, saved } = await dayThree(request, (given) => {
      const { cookies, tokens } = given as unknown as typeof request;
      Object.assign(cookies, { theme: 'light' });
      Reflect.deleteProperty(cookies, 'once');
      Reflect.deleteProperty(tokens.of, 'user');
    });
    expect(today).toEqual({ headers: {}, cookies: { theme: 'dark' }, tokens: { of: {} } });
    expect(then).toEqual(today);
    expect(JSON.stringify(saved)).not.toContain('S3CRET');
  });

  it('is the same if a member is not enumerable, at any depth', async () => {
    const define = (object: object) =>
      Object.defineProperty(object, 'tenant', { value: { id: 7 }, configurable: true });
    const request = { ...REQUEST, body: { customer: {} } };
    const { today, then } = await dayThree(request, (given) => {
      for (const object of [given, given.body, given.body['customer'] as object]) define(object);
    });
    const tenant = { id: 7 };
    expect(today).toEqual({ ...REQUEST, tenant, body: { tenant, customer: { tenant } } });
    expect(then).toEqual(today);
  });

  it('is the same if they replace an accessor that is not enumerable, which is not read before', async () => {
    const load = () => assert.fail('not loaded');
    const lazy = () => Object.defineProperty({}, 'orders', { get: load, configurable: true });
    const today = Object.assign(lazy(), { account: lazy(), state: lazy() }) as Record<string, unknown>;
    const watched = new WatchedRequest(today, true);
    for (const object of [today, today['account'] as object]) Object.defineProperty(object, 'orders', { value: [1] });
    const saved = await watched.changes();
    watched.restore(saved);
    expect(saved).toEqual({
      data: { orders: { json: [1] } },
      within: { account: { data: { orders: { json: [1] } } } },
    });
    expect(today).toMatchObject({ orders: [1], account: { orders: [1] } });
  });

  it('counts as one change where a member is replaced', async () => {
    const { then } = await dayThree(REQUEST, (request) => (request.body = { other: true }));
    expect(then['body']).toEqual({ other: true });
  });

  it('refuses what was no data, by its name, unless a guard makes it again', async () => {
    const live = (request: Record<string, unknown>) => (request['db'] = { query: () => 1 });
    const { today, then } = await dayThree(REQUEST, live);
    expect(typeof today['db']).toBe('object');
    expect(() => then['db']).toThrow(/"db" was put on the request by a guard/);
    expect(typeof (await dayThree(REQUEST, live, live)).then['db']).toBe('object');
  });

  it('leaves out what is private to frameworks, and what this package puts there', async () => {
    const { saved } = await dayThree(REQUEST, (request) => {
      Object.assign(request, { _parsedUrl: {}, _events: {}, __span: {} });
      request.lambda = { event: {} };
      request.rawBody = 'x';
    });
    expect(saved).toBeUndefined();
  });

  it('may be done under names like those of frameworks', async () => {
    const { then } = await dayThree(REQUEST, (request) => (request._tenant = { id: 'acme' }));
    expect(then['_tenant']).toEqual({ id: 'acme' });
  });

  it('holds for the locals of a response that are replaced', async () => {
    const withResponse = () => ({ res: { locals: { seen: true } as Record<string, unknown>, send: () => undefined } });
    const [today, then] = [withResponse(), withResponse()];
    const watched = new WatchedRequest(today, true);
    today.res.locals = { ...today.res.locals, tenant: 'acme' };
    const saved = await watched.changes();
    watched.restore(saved);
    new WatchedRequest(then, true).restore(saved);
    for (const { res } of [today, then]) expect(res.locals).toEqual({ seen: true, tenant: 'acme' });
  });

  it('holds for an instance that middleware has made, also if it holds the request, and it stays one', async () => {
    class Scope {
      tenant?: string;
      constructor(readonly request: object) {}
      label(): string {
        return `of ${this.tenant}`;
      }
    }
    const withScope = () => {
      const request: { scope?: Scope } = {};
      return Object.assign(request, { scope: new Scope(request) });
    };
    const [today, then] = [withScope(), withScope()];
    const watched = new WatchedRequest(today, true);
    today.scope.tenant = 'acme';
    const saved = await watched.changes();
    watched.restore(saved);
    new WatchedRequest(then, true).restore(saved);
    for (const { scope } of [today, then]) expect(scope.label()).toBe('of acme');
  });

  it('holds for maps and sets that middleware has made, and they stay the same ones', async () => {
    const made = () => {
      const store = new Map<unknown, unknown>([
        ['path', '/'],
        ['token', 'T0P'],
        ['deep', { set: new Set(['a']) }],
      ]);
      return { ...copyOf(REQUEST), store, flags: new Set(['new']) };
    };
    const fill = ({ store, flags }: ReturnType<typeof made>) => {
      store.set('tenant', { id: 'acme' }).set(7, 'orders').set('apiKey', 'K3Y').delete('path');
      (store.get('deep') as { set: Set<string> }).set.add('b');
      flags.add('admitted');
    };
    const [today, then] = [made(), made()];
    const [watched, watchedThen] = [today, then].map((request) => new WatchedRequest(request, true));
    expect(await watched!.changes()).toBeUndefined();
    fill(today);
    const saved = await watched!.changes();
    expect(JSON.stringify(saved)).not.toMatch(/T0P|K3Y/);
    const { store, flags } = then;
    store.set('later', 1).set(7, 'later');
    watched!.restore(saved);
    watchedThen!.restore(copyOf(saved));
    expect([...today.store]).toEqual([
      ['token', 'T0P'],
      ['deep', { set: new Set(['a', 'b']) }],
      ['tenant', { id: 'acme' }],
      [7, 'orders'],
    ]);
    expect(today.flags).toEqual(new Set(['new', 'admitted']));
    expect(then).toEqual(today);
    expect([then.store, then.flags]).toEqual([store, flags]);
    expect(then.store).toBe(store);
  });

  it('is nothing in handles, which change by themselves', async () => {
    class Manager {
      readonly cache = new Map();
      queries = 0;
      readonly find = () => (this.queries += 1);
    }
    const request = { manager: new Manager(), when: new Date(0), file: Buffer.from('x') };
    const watched = new WatchedRequest(request, true);
    request.manager.find();
    expect(await watched.changes()).toBeUndefined();
  });

  it('may be done to any member of the input of a direct call', async () => {
    const inputs = [{ _id: 1, lambda: { a: 1 }, rawBody: 'x', list: [1] }, [1, 2, 3]];
    const guards = (input: object) => {
      if (Array.isArray(input)) input.shift();
      else Object.assign(input, { _id: 2, lambda: { a: 2 }, rawBody: 'y', list: [1, 2] });
    };
    for (const input of inputs) {
      const [today, then] = [copyOf(input), copyOf(input)];
      const watched = new WatchedRequest(today, false);
      guards(today);
      const saved = await watched.changes();
      new WatchedRequest(then, false).restore(saved);
      guards(input);
      expect(then).toEqual(input);
    }
  });

  it('leaves out what they have added as undefined, on every day', async () => {
    const { today, then } = await dayThree(REQUEST, (request) => {
      request.user = undefined;
      request.body.user = undefined;
    });
    expect(today).toStrictEqual(then);
  });

  it('is bounded, and says what is how large', async () => {
    const watched = new WatchedRequest(REQUEST, true);
    Object.assign(REQUEST.headers, { large: 'x'.repeat(33_000) });
    await expect(watched.changes()).rejects.toThrow(/at most 32768 are kept \(headers\.large: \d+ bytes\)/);
    delete (REQUEST.headers as { large?: string }).large;
  });

  it('gives guards after one that refuses what that one had done, and takes nothing from those that do not', async () => {
    const { saved } = await dayThree({ ...REQUEST, bag: { count: 0 }, tenant: 'nobody' }, (request) => {
      Object.assign(request, { user: { id: 7 }, tenant: 'acme', plan: 'pro' });
      (request['bag'] as { count: number }).count = 1;
      delete request.headers['x-remove'];
    });
    const request: Record<string, unknown> = { ...copyOf(REQUEST), bag: { count: 0 }, tenant: 'nobody' };
    const watched = new WatchedRequest(request, true);
    request['plan'] = 'given today';
    watched.restoreMissing(saved);
    expect(request).toMatchObject({ user: { id: 7 }, tenant: 'acme', bag: { count: 1 }, plan: 'given today' });
    expect(request['headers']).toEqual({ host: 'shop' });
  });
});
