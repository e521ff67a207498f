import { DurableError } from './durable-error.js';
import { toErrorObject } from './error-object.js';
import { StepError } from './operation-errors.js';
import { childErrorOf, stepErrorOf } from './rebuild-as.js';

@DurableError('OutOfStock')
class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
  constructor(
    readonly sku: string,
    readonly left: number,
    options?: ErrorOptions,
  ) {
    super(`There is no ${sku} left.`, options);
  }

  get isSoldOut(): boolean {
    return this.left === 0;
  }
}

class Perishable extends OutOfStock {
  readonly days = 3;
}

@DurableError<Refused>('Refused', {
  save: ({ reason }) => ({ reason }),
  restore: ({ reason }) => new Refused(String(reason)),
})
class Refused extends Error {
  readonly #length: number;
  constructor(readonly reason: string) {
    super(`Refused: ${reason}`);
    this.#length = reason.length;
  }

  get length(): number {
    return this.#length;
  }
}

const again = (thrown: unknown) => stepErrorOf(toErrorObject(thrown));

describe('@DurableError()', () => {
  it('gives the code around a failed operation an error of the class, with its members', () => {
    const error = again(new OutOfStock('beans', 0));

    expect(error).toBeInstanceOf(OutOfStock);
    expect(error).toMatchObject({ name: 'OutOfStock', message: 'There is no beans left.', sku: 'beans', left: 0 });
    expect((error as OutOfStock).isSoldOut).toBe(true);
    expect(Object.keys(error)).toEqual(['sku', 'left', 'name']);
  });

  it('is an error for everybody else too', () => {
    expect(Object.prototype.toString.call(again(new OutOfStock('beans', 0)))).toBe('[object Error]');
  });

  it('records the name, the message, and the rest as JSON, which the official SDK hands on', () => {
    expect(toErrorObject(new OutOfStock('beans', 0))).toEqual({
      ErrorType: 'OutOfStock',
      ErrorMessage: 'There is no beans left.',
      ErrorData:
        '{"@durable-error":1,"name":"OutOfStock","message":"There is no beans left.","class":"OutOfStock",' +
        '"members":{"sku":"beans","left":0,"name":"OutOfStock"}}',
    });
  });

  it('keeps the class through child contexts', () => {
    expect(childErrorOf(toErrorObject(again(new OutOfStock('beans', 0))))).toEqual(again(new OutOfStock('beans', 0)));
  });

  it('takes a subclass that is not registered for its parent', () => {
    const error = again(new Perishable('milk', 0));

    expect(Object.getPrototypeOf(error)).toBe(OutOfStock.prototype);
    expect(error).toMatchObject({ days: 3 });
  });

  it('asks the class itself to save and restore', () => {
    const error = again(new Refused('closed')) as Refused;

    expect([error instanceof Refused, error.reason, error.length]).toEqual([true, 'closed', 6]);
  });

  it('keeps causes of registered classes, and no others', () => {
    const cause = new OutOfStock('milk', 1, { cause: new TypeError('no') });
    const { cause: kept } = again(new OutOfStock('beans', 0, { cause }));

    expect(kept).toBeInstanceOf(OutOfStock);
    expect(kept).toMatchObject({ sku: 'milk' });
    expect(kept).not.toHaveProperty('cause');
  });

  it('keeps neither secrets nor live handles', () => {
    const error = Object.assign(new OutOfStock('beans', 0), {
      password: 'p',
      apiKey: 'k',
      config: { headers: { authorization: 'a' } },
      response: { status: 200 },
      nested: { at: new Date(0), token: 't', map: new Map(), run: () => 1, big: 1n },
    });
    const { password, apiKey, config, response, nested } = again(error) as unknown as Record<string, unknown>;

    expect([password, apiKey, config, response]).toEqual([undefined, undefined, undefined, undefined]);
    expect(nested).toEqual({ at: '1970-01-01T00:00:00.000Z', big: '1' });
  });

  it('bounds what is kept', () => {
    const large = Object.assign(new OutOfStock('beans', 0), {
      list: Array.from({ length: 100 }, () => ({ text: 'x'.repeat(2000) })),
    });
    const { ErrorData } = toErrorObject(large);

    expect(ErrorData!.length).toBeLessThan(1000);
    expect(again(large)).toBeInstanceOf(OutOfStock);
  });

  it('cannot be made to reach what is inherited', () => {
    const ErrorData = JSON.stringify({
      '@durable-error': 1,
      name: 'OutOfStock',
      message: 'm',
      class: 'OutOfStock',
      members: JSON.parse('{"__proto__":{"evil":1},"constructor":"x","isSoldOut":"yes"}'),
    });
    const error = stepErrorOf({ ErrorType: 'OutOfStock', ErrorMessage: 'm', ErrorData });

    expect(Object.getPrototypeOf(error)).toBe(OutOfStock.prototype);
    expect((error as unknown as { evil?: number }).evil).toBeUndefined();
    expect(error.constructor).toBe(OutOfStock);
  });

  it.each(['toString', '__proto__', 'constructor', 'Nobody'])(
    'ends the invocation for the unknown class %s',
    (name) => {
      const kept = { '@durable-error': 1, name: 'E', message: 'm', class: name };
      const recorded = { ErrorType: name, ErrorMessage: 'm', ErrorData: JSON.stringify(kept) };

      expect(() => stepErrorOf(recorded)).toThrow(`no class is registered by this name`);
      expect(() => stepErrorOf(recorded)).toThrow(expect.objectContaining({ code: 'ERROR_CLASS_MISSING' }));
      expect(StepError.fromErrorObject(recorded)).toMatchObject({ errorType: 'StepError', cause: { name: 'E' } });
    },
  );

  it.each([
    '{"@durable-error":1,',
    '{"@durable-error":1,"name":7}',
    '{"@durable-error":1,"class":"OutOfStock"}',
    'mine',
  ])('leaves ErrorData alone that is not its own: %s', (ErrorData) => {
    const error = stepErrorOf({ ErrorType: 'OutOfStock', ErrorMessage: 'm', ErrorData });
    expect(error).toMatchObject({ errorType: 'StepError', errorData: ErrorData, cause: { name: 'OutOfStock' } });
  });

  it('puts an error of its name in the place of one that cannot be restored', () => {
    @DurableError('Stubborn', {
      restore: (): Error => {
        throw new Error('no');
      },
    })
    class Stubborn extends Error {}

    expect(again(new Stubborn('m'))).toMatchObject({ message: 'm' });
    expect(again(new Stubborn('m'))).not.toBeInstanceOf(Stubborn);
  });

  it.each([
    ['a text', () => 'm'],
    ['nothing', () => undefined],
    ['a promise', async () => new Error('m')],
    ['a frozen error', () => Object.freeze(new Error('other'))],
  ])('puts an error of its name in the place of %s that restore() returned', (what, restore) => {
    @DurableError(`Restored as ${what}`, { restore: restore as () => Error })
    class Restored extends Error {
      readonly sku = 's1';
    }
    expect(again(new Restored('m'))).toBeInstanceOf(Error);
    expect(again(new Restored('m'))).toMatchObject({ message: 'm', sku: 's1' });
  });

  it('takes the class again when its module is loaded anew, and refuses another one', () => {
    const load = () => {
      @DurableError('Reloaded')
      class Reloaded extends Error {}
      return Reloaded;
    };
    load();
    const Newest = load();
    class Other extends Error {}

    expect(again(new Newest('m'))).toBeInstanceOf(Newest);
    expect(() => DurableError('Reloaded')(Other)).toThrow(/registered as "Reloaded": Reloaded and Other\. Give one/);
  });

  it.each(['', ' ', undefined, 'x'.repeat(101)])('refuses the name %p', (name) => {
    expect(() => DurableError(name as string)).toThrow(/@DurableError\(\) was given/);
  });
});
