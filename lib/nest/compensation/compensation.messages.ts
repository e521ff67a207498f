export const duplicateUndo = (className: string, step: string, methods: readonly string[]): string =>
  `Two methods of ${className} undo the step "${step}": ${methods.join(' and ')}. Remove @Compensate() from one of them.`;

export const undoInChildContext = (step: string): string =>
  `"${step}" has a @Compensate() method, and was called in a child context: the body of a completed child is not run again, so ` +
  'the undo would be lost. Call the step from the durable method itself, or use context.saga() in the child context.';
