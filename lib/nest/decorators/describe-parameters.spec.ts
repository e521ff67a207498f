import { NestMetadata } from '../durable-execution.constants.js';
import { describedParameters } from '../discovery/method-marks.js';
import { describeParameters } from './describe-parameters.js';

/** As a parameter decorator of Nest 11 does it: Nest 12 drops what is inherited at the same position itself. */
const decorator =
  (kind: string): ParameterDecorator =>
  (target, key, index) => {
    const known = describedParameters(target.constructor, key!);
    Reflect.defineMetadata(
      NestMetadata.PARAMETERS,
      { ...known, [`${kind}:${index}`]: { index } },
      target.constructor,
      key!,
    );
  };

const defaults = [decorator('input'), decorator('context')];

/** A class with a method whose parameters have these decorators, and then the decorator that describes them. */
function classOf(parent: object, parameters: readonly string[], byDefault = defaults): { prototype: object } {
  class Described extends (parent as ObjectConstructor) {}
  parameters.forEach((kind, index) => {
    if (kind) decorator(kind)(Described.prototype, 'run', index);
  });
  describeParameters({ target: Described.prototype, key: 'run' }, byDefault);
  return Described;
}

const namesIn = (host: object): string[] => Object.keys(describedParameters(host, 'run')).sort();

describe('The parameters of a method in Nest 11', () => {
  it('are those of its own decorators, and inherited ones at other positions', () => {
    const parent = classOf(Object, ['body', 'query', 'body']);
    expect(namesIn(classOf(parent, ['query', '', 'body']))).toEqual(['body:2', 'query:0', 'query:1']);
    expect(namesIn(classOf(parent, []))).toEqual(['body:0', 'body:2', 'query:1']);
  });

  it('are no inherited ones that were described by default', () => {
    const parent = classOf(Object, []);
    expect(namesIn(parent)).toEqual(['context:1', 'input:0']);
    expect(namesIn(classOf(parent, ['context']))).toEqual(['context:0']);
    expect(namesIn(classOf(parent, [], [decorator('event')]))).toEqual(['event:0']);
  });
});
