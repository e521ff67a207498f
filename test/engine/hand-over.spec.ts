import { handlers } from './hand-over/handlers.js';
import { type Course, type Ended, type HandlerOf, official, own, run, type Sdk } from './hand-over/engines.js';

/** Which SDK runs which invocation. */
const directions: Array<[string, Course['sdkOf']]> = [
  ['begun by the official SDK', (invocation) => (invocation % 2 ? own : official)],
  ['begun by ours', (invocation) => (invocation % 2 ? official : own)],
];

const only = (sdk: Sdk): Course => ({ sdkOf: () => sdk });

/** One SDK until the crash, the other from then on. */
function crashing(sdkOf: Course['sdkOf'], crashAtCall: number): Course {
  return { sdkOf: (invocation) => sdkOf(Math.min(invocation, 1)), crashAtCall };
}

describe.each(Object.entries<HandlerOf>(handlers))('%s', (_what, handlerOf) => {
  let expected: Ended;
  beforeAll(async () => {
    expected = await run(handlerOf, only(official));
    expect(expected.output.Status).toBe('SUCCEEDED');
  });

  it('is recorded alike, and comes to the same', async () => {
    const actual = await run(handlerOf, only(own));
    expect(actual.output).toEqual(expected.output);
    expect(actual.world.record).toEqual(expected.world.record);
    expect(actual.world.complaints).toEqual([]);
  });

  it.each(directions)('%s goes on under the other, and back, at each suspension', async (_direction, sdkOf) => {
    const actual = await run(handlerOf, { sdkOf });
    expect(actual.output).toEqual(expected.output);
    expect(actual.world.record).toEqual(expected.world.record);
  });

  it.each(directions)('%s goes on under the other after a crash at any checkpoint', async (_direction, sdkOf) => {
    for (let call = 1; call <= expected.world.calls.length; call += 1) {
      const actual = await run(handlerOf, crashing(sdkOf, call));
      expect(actual.output).toEqual(expected.output);
      expect(idsOf(actual)).toEqual(idsOf(expected));
    }
  });
});

function idsOf({ world }: Ended): string[] {
  return world.record.map(({ Id }) => Id);
}
