import type { UseCase } from './use-case.js';

/** `sandbox.js <module of a use case>`: handles invocations as its parent sends them, or says what the use case is. */
const [modulePath = ''] = process.argv.slice(2);
const loading = import(modulePath) as Promise<{ useCase: UseCase }>;

interface Invocation {
  event: unknown;
  context: object;
}

async function handle(sent: Invocation | 'describe'): Promise<unknown> {
  const { useCase } = await loading;
  if (sent === 'describe') return { ...useCase, handler: undefined };
  const { event, context } = sent;
  const getRemainingTimeInMillis = () => 60_000;
  return useCase.handler(event as never, { ...context, getRemainingTimeInMillis } as never);
}

process.on('message', (sent: Invocation | 'describe') => {
  handle(sent).then(
    (result) => process.send!({ result }),
    (error: Error) => process.send!({ error: error.stack ?? String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
