import type { DurableContext } from '../../lib/engine/index.js';
import { runInvocation } from '../../lib/engine/invocation/run-invocation.js';
import { lambdaContext, MemoryService } from '../fixtures/memory-service.js';
import { quietLogger } from '../fixtures/quiet-logger.js';
import { settledWithin, turns } from './support/turns.js';
import { failOnUnhandledRejections } from './support/unhandled-rejections.js';
import { fc } from '../fixtures/seeded-fast-check.js';

/** What may stand in the place of a member, by the type that it has not. */
const WRONG: readonly unknown[] = ['', 'x', 0, 5, -1, true, null, undefined, [], {}, [1], [null], { Message: 'no' }];

type Path = Array<string | number>;

/** Every place in a response that has members or is one. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([member, inner]) => pathsOf(inner, [...path, member]))];
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null || value === undefined ? 'none' : typeof value;
}

interface Mutated {
  answer: unknown;
  /** Whether the value is never valid there. Timestamps have any form, and an absent member has no type. */
  mustBeTold: boolean;
}

/** Puts something of another type into one place of a copy. */
function mutated(answer: unknown, at: number, by: number): Mutated {
  const copy: unknown = structuredClone(answer);
  const paths = pathsOf(copy);
  const path = paths[at % paths.length]!;
  const old = path.reduce<unknown>((value, member) => (value as Record<string, unknown>)[member], copy);
  // A text for another text, or nothing for an optional member, is no mutation that anybody could see.
  const others = WRONG.filter((value) => typeOf(value) !== typeOf(old) && typeOf(value) !== 'none');
  const wrong = others[by % others.length];
  if (path.length === 0) return { answer: wrong, mustBeTold: true };
  const parent = path.slice(0, -1).reduce<unknown>((value, member) => (value as Record<string, unknown>)[member], copy);
  (parent as Record<string, unknown>)[path.at(-1)!] = wrong;
  return { answer: copy, mustBeTold: typeOf(old) !== 'none' && !String(path.at(-1)).endsWith('Timestamp') };
}

type Kind = 'event' | 'state' | 'checkpoint';

/** Plays an execution in which one kind of response is wrong. */
async function play(kind: Kind | undefined, at: number, by: number) {
  const service = new MemoryService({ order: 7 });
  Object.assign(service, { firstPageItems: 2, pageItems: 2 });
  const ran: string[] = [];
  const step = (context: DurableContext, name: string) =>
    context.step(name, async () => {
      ran.push(name);
      return name;
    });
  const body = async (context: DurableContext, input: unknown) => {
    const first = await step(context, 'a');
    const inner = await context.runInChildContext('child', (child) => step(child, 'b'));
    await context.wait('pause', { seconds: 1 });
    return [input, first, inner, await step(context, 'c')];
  };
  let mutation: Mutated | undefined;
  const mutatedOnce = (answer: unknown): unknown => {
    if (mutation) return answer;
    mutation = mutated(answer, at, by);
    return mutation.answer;
  };
  const invoke = async (mutate: boolean): Promise<string> => {
    let event = service.event();
    if (mutate && kind === 'event') {
      const { InitialExecutionState } = event;
      event = { ...event, InitialExecutionState: mutatedOnce(InitialExecutionState) as never };
    }
    const through = async (api: Kind, answer: Promise<unknown>) => {
      const given = await answer;
      return (mutate && api === kind ? mutatedOnce(given) : given) as never;
    };
    return runInvocation({
      event,
      lambdaContext: lambdaContext(),
      client: {
        checkpoint: (request) => through('checkpoint', service.checkpoint(request)),
        getExecutionState: (request) => through('state', service.getExecutionState(request)),
      },
      config: { logger: quietLogger },
      body: ({ context, input }) => body(context, input),
    }).then(
      (output) => JSON.stringify(output),
      (error: Error) => `thrown: ${error.message}`,
    );
  };
  await invoke(false);
  service.passTime();
  const end = (await settledWithin(invoke(true), 2_000)) ?? 'HANG';
  await turns(3);
  return { end, mustBeTold: mutation?.mustBeTold, twice: ran.filter((name, index) => ran.indexOf(name) !== index) };
}

describe('an answer in which something has another type', () => {
  failOnUnhandledRejections();

  it.each<Kind>(['event', 'state', 'checkpoint'])('changes nothing, or is told: %s', async (kind) => {
    const { end: unchanged } = await play(undefined, 0, 0);
    expect(unchanged).toContain('SUCCEEDED');
    await fc.assert(
      fc.asyncProperty(fc.nat(400), fc.nat(20), async (at, by) => {
        const { end, twice, mustBeTold } = await play(kind, at, by);
        expect(twice).toEqual([]);
        if (kind === 'checkpoint' && mustBeTold)
          expect(end).toMatch(/^thrown: .*The response to CheckpointDurableExecution/);
        expect(end === unchanged || end.startsWith('thrown: ') || /FAILED.*ErrorMessage/.test(end)).toBe(true);
      }),
      { numRuns: 250 },
    );
  });
});
