// A contestant that is fast because it saves nothing.
export const withDurableExecution = () => async () => ({ Status: 'SUCCEEDED', Result: '0' });
