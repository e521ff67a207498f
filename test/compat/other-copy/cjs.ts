/** The ESM copy of the engine, whose classes are not those that the application requires. */
export const loadOtherCopy = () => import('nestjs-durable-execution/engine');
