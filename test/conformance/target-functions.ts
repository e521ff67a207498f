/** The durable functions that the requirements of chained invokes call. */
export const ECHO_FUNCTION = 'conformance-echo';
export const FAILING_FUNCTION = 'conformance-failing';

/** Functions that each suite needs besides its handlers. */
export const TARGET_FUNCTIONS: Record<string, readonly string[]> = { invoke: [ECHO_FUNCTION, FAILING_FUNCTION] };

/** Durable functions are called by a qualified name. */
export const qualified = (functionName: string): string => `${functionName}:$LATEST`;
