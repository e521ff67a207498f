/** The value of `ExecutionContext.getType()` when a handler runs directly, without an HTTP request. */
export const DURABLE_CONTEXT_TYPE = 'durable';

/** The value of `ExecutionContext.getType()` while a `@LambdaEvent()` method is called. */
export const LAMBDA_CONTEXT_TYPE = 'lambda';

/** Names the `@Durable()` method that runs executions whose input names none. */
export const DURABLE_HANDLER_VARIABLE = 'DURABLE_HANDLER';

/** The module's options with every default filled in. */
export const DURABLE_OPTIONS = Symbol.for('nestjs-durable-execution:options');

/** Metadata of `@Durable()`. */
export const DURABLE_METADATA = 'nestjs-durable-execution:durable';

/** Metadata of `@Step()` and `@ChildContext()`: the name of the decorator. */
export const OPERATION_METADATA = 'nestjs-durable-execution:operation';

/** Metadata of `@Step()`, if the declaration needs a check when the application boots. */
export const STEP_METADATA = 'nestjs-durable-execution:step';

/** Metadata of `@Compensate()`: the name of the step. */
export const COMPENSATION_METADATA = 'nestjs-durable-execution:compensation';

/** Metadata of `@LambdaEvent()`. */
export const LAMBDA_EVENT_METADATA = 'nestjs-durable-execution:lambda-event';

/** Metadata of `@CompletesCallback()`. */
export const WEBHOOK_METADATA = 'nestjs-durable-execution:webhook';

/** Metadata of the class of a method that the boot looks for. */
export const MARKED_METADATA = 'nestjs-durable-execution:marked';

/** The class and the name of a method with a decorator of this package. */
export const PLACE_METADATA = 'nestjs-durable-execution:place';

/** Metadata keys of Nest's own decorators in Nest 11 and 12; neither exports them from its root. */
export const NestMetadata = {
  ENTRY_PROVIDER: '__entryProvider__',
  FILTERS: '__exceptionFilters__',
  GUARDS: '__guards__',
  HTTP_CODE: '__httpCode__',
  INJECTED_PARAMETERS: 'self:paramtypes',
  INTERCEPTORS: '__interceptors__',
  PARAMETERS: '__routeArguments__',
  PARAMETER_TYPES: 'design:paramtypes',
  PASSTHROUGH: '__responsePassthrough__',
  PIPES: '__pipes__',
  ROUTE_METHOD: 'method',
  ROUTE_PATH: 'path',
} as const;

/** Metadata of the methods that @nestjs/graphql calls for an operation, a field or a reference, in versions 13 and 14. */
export const RESOLVER_METADATA = ['graphql:resolver_type', 'graphql:resolve_property', 'graphql:resolve_reference'];

/** Nest's number for a parameter that receives the body; pipes see such a parameter as `type: 'body'`. */
export const BODY_PARAMETER = 3;
