import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DurableHandlerTest, type RecordedEvent, replayHistory } from 'nestjs-durable-execution/testing';
import { workflows } from './workflows.js';

/** Histories that released versions have recorded, one folder for each: `<version>/<workflow>.json`. Never edited. */
const golden = join(process.cwd(), 'test/golden');

/** `RECORD_GOLDEN=0.2.0 npm test -- -- test/golden` records what today's code does, before that version is released. */
const recording = process.env.RECORD_GOLDEN;

const versions = readdirSync(golden, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const histories = versions.flatMap((version) =>
  readdirSync(join(golden, version)).map((file) => ({ version, name: file.replace(/\.json$/, '') })),
);

function eventsOf(version: string, name: string): RecordedEvent[] {
  return (JSON.parse(readFileSync(join(golden, version, `${name}.json`), 'utf8')) as { Events: RecordedEvent[] })
    .Events;
}

if (recording !== undefined) {
  describe(`Golden histories of ${recording}`, () => {
    it.each(Object.entries(workflows))('records %s', async (name, { handler, input, prepare }) => {
      mkdirSync(join(golden, recording), { recursive: true });
      await using test = await DurableHandlerTest.create(handler, { startAt: '2026-01-01' });
      prepare?.(test);
      const run = await test.start(input, { executionName: name });
      await run.result().catch(() => undefined); // Some end badly on purpose.
      const file = join(golden, recording, `${name}.json`);
      await run.save(file);
      // Stacks that were recorded do not tell where this checkout lies.
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(process.cwd(), '/app'));
    });
  });
}

(recording === undefined ? describe : describe.skip)('Golden histories', () => {
  it('are there for every workflow', () => {
    const recorded = new Set(histories.map(({ name }) => name));
    expect(Object.keys(workflows).filter((name) => !recorded.has(name))).toEqual([]);
  });

  it.each(histories)('of $version: $name ends as it did, and records nothing anew', async ({ version, name }) => {
    const { findings, next } = await replayHistory(workflows[name]!.handler, { Events: eventsOf(version, name) });
    expect({ findings, next }).toEqual({ findings: [], next: [] });
  });

  it.each(histories)('of $version: $name goes on from every place on its way', async ({ version, name }) => {
    const events = eventsOf(version, name);
    for (let length = 1; length < events.length; length += 1) {
      const { findings } = await replayHistory(workflows[name]!.handler, { Events: events.slice(0, length) });
      // Operations that are open when the code ends, such as the loser of a race, are reported as missing; the whole
      // history shows more.
      const others = findings.filter(({ kind }) => kind !== 'missing');
      expect({ length, others }).toEqual({ length, others: [] });
    }
  });

  it('would tell of another path', async () => {
    const [{ version, name }] = histories.filter((one) => one.name === 'steps-and-waits') as [(typeof histories)[0]];
    const events = eventsOf(version, name).map((event) =>
      event.Name === 'first' ? { ...event, Name: 'other' } : event,
    );
    const { findings } = await replayHistory(workflows[name]!.handler, { Events: events });
    expect(findings.map(({ kind }) => kind)).toContain('changed');
  });
});
