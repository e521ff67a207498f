/** Names modules that provide plugins: packages, paths from the function's code, or URLs, separated by commas. */
export const PLUGINS_VARIABLE = 'DURABLE_EXECUTION_PLUGINS';
