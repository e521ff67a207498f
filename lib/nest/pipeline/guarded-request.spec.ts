import { GuardedRequest } from './guarded-request.js';

describe('GuardedRequest', () => {
  it('finds what was put on a request, and what was replaced', () => {
    const request: Record<string, unknown> = { url: '/', user: 'nobody' };
    const guarded = new GuardedRequest(request);
    Object.assign(request, { user: { id: 7 }, tenant: 'acme' });
    expect(guarded.changes()).toEqual({ user: { id: 7 }, tenant: 'acme' });
  });

  it('tells values as they will be read later', () => {
    const request: Record<string, unknown> = {};
    const guarded = new GuardedRequest(request);
    request['user'] = { since: new Date(0), password: undefined };
    expect(guarded.changes()).toEqual({ user: { since: '1970-01-01T00:00:00.000Z' } });
  });

  it('leaves out what has no JSON form, and what is the framework’s own', () => {
    const request: Record<string, unknown> = {};
    const guarded = new GuardedRequest(request);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    Object.assign(request, { logIn: () => true, circular, _parsedUrl: { path: '/' }, nothing: undefined });
    expect(guarded.changes()).toEqual({});
  });
});
