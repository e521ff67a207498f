import * as engine from 'nestjs-durable-execution/engine';

/** The very copy that the application imports. */
export const loadOtherCopy = async () => engine;
