import { Compensate } from '../compensation/compensate.decorator.js';
import { OnExecutionStatus } from '../events/on-execution-status.decorator.js';
import { CompletesCallback } from '../webhook/completes-callback.decorator.js';
import { LambdaEvent } from '../events/lambda-event.decorator.js';
import { ChildContext } from './child-context.decorator.js';
import { Durable } from './durable.decorator.js';
import { Step } from './step.decorator.js';

type AnyDecorator = (target: object, key?: string, descriptor?: PropertyDescriptor) => void;

const OF_INSTANCES: [string, AnyDecorator][] = [
  ['@Durable()', Durable() as AnyDecorator],
  ['@LambdaEvent()', LambdaEvent('sqs') as AnyDecorator],
  ['@OnExecutionStatus()', OnExecutionStatus() as AnyDecorator],
  ['@CompletesCallback()', CompletesCallback() as unknown as AnyDecorator],
];
const ALL: [string, AnyDecorator][] = [
  ...OF_INSTANCES,
  ['@Step()', Step() as unknown as AnyDecorator],
  ['@ChildContext()', ChildContext() as unknown as AnyDecorator],
  ['@Compensate()', Compensate('book') as AnyDecorator],
];

class Host {
  static async ofTheClass(): Promise<void> {}
  get accessor(): number {
    return 1;
  }
}

describe.each(ALL)('%s', (name, decorate) => {
  it.each<[string, () => void, string]>([
    ['a property', () => decorate(Host.prototype, 'property'), 'Host.property'],
    [
      'an accessor',
      () => decorate(Host.prototype, 'accessor', Object.getOwnPropertyDescriptor(Host.prototype, 'accessor')),
      'Host.accessor',
    ],
    ['a class', () => decorate(Host), 'Host'],
    ['a method, by a decorator of today’s standard', () => decorate(() => 1, { kind: 'method' } as never), ''],
  ])('says that it cannot stand on %s', (_what, use, place) => {
    expect(use).toThrow(expect.objectContaining({ name: 'DurableConfigurationError' }));
    expect(use).toThrow(`${name} on ${place}`);
    expect(use).toThrow(/"experimentalDecorators": true/);
  });
});

it.each(ALL)('%s says that the body of a generator would never run', (name, decorate) => {
  class Generators {
    *now(): Generator<number> {
      yield 1;
    }
    async *later(): AsyncGenerator<number> {
      yield 1;
    }
  }
  for (const method of ['now', 'later']) {
    const use = () =>
      decorate(Generators.prototype, method, Object.getOwnPropertyDescriptor(Generators.prototype, method));
    expect(use).toThrow(`${name} on Generators.${method}: a call of a generator runs nothing of its body`);
  }
});

it.each(OF_INSTANCES)('%s says that it cannot stand on a static method', (_name, decorate) => {
  const descriptor = Object.getOwnPropertyDescriptor(Host, 'ofTheClass');
  expect(() => decorate(Host, 'ofTheClass', descriptor)).toThrow(/on Host\.ofTheClass: .* a static one/);
});

it.each<[string, unknown]>([
  ['@Durable()', Durable],
  ['@LambdaEvent()', LambdaEvent],
  ['@OnExecutionStatus()', OnExecutionStatus],
  ['@CompletesCallback()', CompletesCallback],
  ['@Step()', Step],
  ['@ChildContext()', ChildContext],
  ['@Compensate()', Compensate],
])('%s says where it lacks its parentheses, in code without types', (name, decorator) => {
  expect(() => {
    class Orders {
      @(decorator as MethodDecorator)
      async order(): Promise<void> {}
    }
    return Orders;
  }).toThrow(`${name} in Orders lacks its parentheses`);
});

it('@Step() may stand on a static method', async () => {
  class Files {
    @Step()
    static async read(): Promise<string> {
      return 'read';
    }
  }
  await expect(Files.read()).resolves.toBe('read');
});
