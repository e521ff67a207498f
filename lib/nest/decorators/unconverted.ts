import { NestMetadata } from '../durable-execution.constants.js';

/**
 * The same parameter decorator, whose value stays what it is: with `validateCustomDecorators`, a validation pipe makes
 * an instance of the parameter's type otherwise.
 */
export function unconverted(make: () => ParameterDecorator): () => ParameterDecorator {
  return () => {
    const describe = make();
    return (target, key, index) => {
      describe(target, key, index);
      const types = key === undefined ? undefined : typesOf(target, key);
      // A method may leave out the parameter.
      if (types && index < types.length)
        Reflect.defineMetadata(NestMetadata.PARAMETER_TYPES, types.with(index, Object), target, key!);
    };
  };
}

function typesOf(target: object, key: string | symbol): readonly unknown[] | undefined {
  return Reflect.getMetadata(NestMetadata.PARAMETER_TYPES, target, key) as unknown[] | undefined;
}
