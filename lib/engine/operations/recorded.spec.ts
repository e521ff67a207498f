import { type Handler, Stage } from '../../../test/engine/support/stage.js';

/** A stage whose client overwrites the errors of a request once it has sent it. */
function wipingStage(handler: Handler): Stage {
  const stage = new Stage(handler);
  const { service } = stage;
  const send = service.checkpoint.bind(service);
  service.checkpoint = async (request) => {
    const answer = await send(structuredClone(request));
    for (const { Error: sent } of request.Updates ?? []) if (sent) sent.ErrorMessage = 'wiped';
    return answer;
  };
  return stage;
}

const fails = async () => {
  throw new RangeError('no room');
};
const messageOf = (error: unknown) => (error as Error).message;

describe('The error of an operation', () => {
  it.each<[string, Handler]>([
    ['a step', (c) => c.step('book', fails, { retryStrategy: () => ({ shouldRetry: false }) }).catch(messageOf)],
    [
      'a child context that is awaited later',
      async (c) => {
        const child = c.runInChildContext('book', fails);
        await c.step('else', async () => 1);
        return child.catch(messageOf);
      },
    ],
  ])('of %s is what was recorded, whatever a client makes of what it has sent', async (_, handler) => {
    const stage = wipingStage(handler);

    const live = await stage.result();
    expect(live).toBe('no room');
    expect(await stage.result()).toBe(live);
  });
});
