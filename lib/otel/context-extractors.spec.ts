import type { InvocationInfo } from '../engine/invocation/plugins/plugin.js';
import { decisionOf, w3cClientContext, xRayContext } from './context-extractors.js';

const TRACE = '5759e988bd862e3fe1be46a994272793';
const SPAN = '53995c3f42cd8ad8';
const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793';

const told = (info: Partial<InvocationInfo>) => info as InvocationInfo;
const header = (xRayTraceId: string) => xRayContext(told({ xRayTraceId }));

describe('xRayContext', () => {
  afterEach(() => void delete process.env._X_AMZN_TRACE_ID);

  it.each([
    [`${ROOT};Parent=${SPAN};Sampled=1`, { traceId: TRACE, parentSpanId: SPAN, sampling: 'SAMPLED' }],
    [
      `Sampled=0; Parent=${SPAN.toUpperCase()} ;${ROOT}`,
      { traceId: TRACE, parentSpanId: SPAN, sampling: 'NOT_SAMPLED' },
    ],
    [`${ROOT};Parent=${SPAN};Sampled=?`, { traceId: TRACE, parentSpanId: SPAN, sampling: 'UNDECIDED' }],
    [`${ROOT};Parent=0000000000000000`, { traceId: TRACE, sampling: 'UNDECIDED' }],
    [`${ROOT};Parent=broken;Lineage=1:2:3`, { traceId: TRACE, sampling: 'UNDECIDED' }],
  ])('reads %s', (text, context) => {
    expect(header(text)).toEqual(context);
  });

  it.each(['', `Parent=${SPAN};Sampled=1`, 'Root=1-00000000-000000000000000000000000', 'Root=1-5759e988', 'nonsense'])(
    'takes nothing from "%s"',
    (text) => {
      expect(header(text)).toBeUndefined();
    },
  );

  it('looks into the environment only where Lambda hands no header over', () => {
    process.env._X_AMZN_TRACE_ID = ROOT;

    expect(xRayContext(told({}))).toMatchObject({ traceId: TRACE });
    expect(header('')).toBeUndefined();
  });
});

describe('w3cClientContext', () => {
  const client = (custom: unknown) => w3cClientContext(told({ context: { clientContext: { custom } } as never }));

  it('reads the traceparent of the client context', () => {
    const sampled = { traceId: TRACE, parentSpanId: SPAN, sampling: 'SAMPLED' };

    expect(client({ traceparent: `00-${TRACE}-${SPAN}-01` })).toEqual(sampled);
    expect(client({ traceparent: `00-${TRACE.toUpperCase()}-${SPAN}-03` })).toEqual(sampled);
    expect(client({ traceparent: `00-${TRACE}-${SPAN}-00` })).toEqual({ ...sampled, sampling: 'NOT_SAMPLED' });
  });

  it.each([
    undefined,
    {},
    { traceparent: 7 },
    { traceparent: `00-${TRACE}-0000000000000000-01` },
    { traceparent: '00-1-2-3' },
  ])('takes nothing from %j', (custom) => {
    expect(client(custom)).toBeUndefined();
  });

  it('takes nothing where there is no client context', () => {
    expect(w3cClientContext(told({}))).toBeUndefined();
  });
});

describe('decisionOf', () => {
  it.each([
    [{ sampling: 'SAMPLED' as const, traceFlags: 0 }, true],
    [{ sampling: 'NOT_SAMPLED' as const, traceFlags: 1 }, false],
    [{ sampling: 'UNDECIDED' as const, traceFlags: 1 }, undefined],
    [{ traceFlags: 1 }, true],
    [{ traceFlags: 0 }, false],
    [{}, undefined],
  ])('of %j is %s', (upstream, decision) => {
    expect(decisionOf({ traceId: TRACE, ...upstream })).toBe(decision);
  });
});
