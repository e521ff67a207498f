/** Answers with its input; a durable function that the requirements of chained invokes call. */
export const ECHO_FUNCTION = 'conformance-echo';

/** Throws whatever its input. */
export const FAILING_FUNCTION = 'conformance-failing';
