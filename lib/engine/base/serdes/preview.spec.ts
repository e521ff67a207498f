import { buildPreview, FieldMatchMode, type PreviewConfig, PreviewMode } from './preview.js';

const { INCLUDE_ALL, EXCLUDE_ALL } = PreviewMode;
const { PATH } = FieldMatchMode;

const order = {
  id: 'o1',
  total: 5,
  paid: true,
  coupon: null,
  note: undefined,
  at: new Date(0),
  user: { email: 'a@x', name: 'Ada', address: { email: 'b@x', city: 'Turin' } },
  items: [{ sku: 's1', id: 'i1' }, { id: 'i2' }],
  tags: ['a', 'b'],
};

describe('buildPreview', () => {
  type Row = [what: string, config: PreviewConfig, preview: unknown];

  it.each<Row>([
    ['nothing where nothing is included', { mode: EXCLUDE_ALL }, undefined],
    [
      'a member wherever it stands',
      { mode: EXCLUDE_ALL, include: [{ name: 'email' }] },
      { user: { email: 'a@x', address: { email: 'b@x' } } },
    ],
    [
      'a member at its path only',
      { mode: EXCLUDE_ALL, include: [{ name: 'user.email', match: PATH }] },
      { user: { email: 'a@x' } },
    ],
    ['a member of the root only', { mode: EXCLUDE_ALL, include: [{ name: 'id', match: PATH }] }, { id: 'o1' }],
    [
      'all that is in a member',
      { mode: EXCLUDE_ALL, include: [{ name: 'address' }] },
      { user: { address: { email: 'b@x', city: 'Turin' } } },
    ],
    ['a null', { mode: EXCLUDE_ALL, include: [{ name: 'coupon' }] }, { coupon: null }],
    ['a date as JSON has it', { mode: EXCLUDE_ALL, include: [{ name: 'at' }] }, { at: '1970-01-01T00:00:00.000Z' }],
    [
      'members of array elements as one object',
      { mode: EXCLUDE_ALL, include: [{ name: 'items' }] },
      { items: { sku: 's1', id: 'i2' } },
    ],
    [
      'members of array elements by a path',
      { mode: EXCLUDE_ALL, include: [{ name: 'items.sku', match: PATH }] },
      { items: { sku: 's1' } },
    ],
    ['no bare values of arrays', { mode: EXCLUDE_ALL, include: [{ name: 'tags' }] }, undefined],
    [
      'a masked member though it is not included',
      { mode: EXCLUDE_ALL, mask: [{ name: 'city' }] },
      { user: { address: { city: '***' } } },
    ],
    ['a mask of its own', { mode: EXCLUDE_ALL, mask: [{ name: 'total' }], maskString: '#' }, { total: '#' }],
    ['one mask for a whole object', { mode: EXCLUDE_ALL, mask: [{ name: 'user' }] }, { user: '***' }],
    [
      'no excluded member, though it is included and masked',
      { mode: EXCLUDE_ALL, include: [{ name: 'user' }], exclude: [{ name: 'email' }], mask: [{ name: 'email' }] },
      { user: { name: 'Ada', address: { city: 'Turin' } } },
    ],
    [
      'everything else where all is included',
      { mode: INCLUDE_ALL, exclude: [{ name: 'user' }, { name: 'items' }], mask: [{ name: 'id' }] },
      { id: '***', total: 5, paid: true, coupon: null, at: '1970-01-01T00:00:00.000Z' },
    ],
  ])('shows %s', (_what, config, preview) => {
    expect(buildPreview(order, config)).toEqual(preview);
  });

  it.each(['text', 5, null, undefined, [], {}, [1, 2]])('shows nothing of %j', (value) => {
    expect(buildPreview(value, { mode: INCLUDE_ALL })).toBeUndefined();
  });

  it('merges the elements of an array at the root, the later over the earlier', () => {
    expect(buildPreview([{ user: 'Ada' }, { user: { email: 'a@x' } }], { mode: INCLUDE_ALL })).toEqual({
      user: { email: 'a@x' },
    });
    expect(buildPreview([{ user: { email: 'a@x' } }, { user: 'Ada' }], { mode: INCLUDE_ALL })).toEqual({ user: 'Ada' });
  });

  it('adds members in order until the next would be too much', () => {
    const value = { a: 1, b: '€€', c: { d: 3 }, e: 4 };
    const shown = (maxPreviewBytes: number) => buildPreview(value, { mode: INCLUDE_ALL, maxPreviewBytes });
    const bytes = (preview: unknown) => Buffer.byteLength(JSON.stringify(preview));
    expect(shown(6)).toBeUndefined();
    expect(shown(7)).toEqual({ a: 1 });
    expect(shown(bytes({ a: 1, b: '€€' }))).toEqual({ a: 1, b: '€€' });
    expect(shown(bytes({ a: 1, b: '€€', c: { d: 3 } }) - 1)).toEqual({ a: 1, b: '€€' });
    expect(shown(bytes(value))).toEqual(value);
  });

  it('is bounded by 4096 bytes', () => {
    const value = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`member${index}`, 'x'.repeat(10)]));
    const bytes = Buffer.byteLength(JSON.stringify(buildPreview(value, { mode: INCLUDE_ALL })));
    expect(bytes).toBeLessThanOrEqual(4096);
    expect(bytes).toBeGreaterThan(4000);
  });

  it('ends for a value that holds itself', () => {
    const value: Record<string, unknown> = { a: 1 };
    value.self = value;
    expect(buildPreview(value, { mode: INCLUDE_ALL, maxPreviewBytes: 30 })).toEqual({ a: 1, self: { a: 1 } });
  });

  it('changes no prototype', () => {
    const preview = buildPreview(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"a":1}}'), {
      mode: INCLUDE_ALL,
    });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(JSON.stringify(preview)).toBe('{"__proto__":{"polluted":1},"constructor":{"a":1}}');
  });
});
