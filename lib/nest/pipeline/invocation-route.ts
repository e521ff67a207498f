/** How an invocation reaches its handler: by name, through the HTTP router, or as a `@LambdaEvent()` method. */
export type InvocationRoute = 'direct' | 'event' | 'http';
