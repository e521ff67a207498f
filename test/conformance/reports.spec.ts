import type { Outcome } from './outcome.js';
import { renderJunit } from './report-junit.js';
import { renderTable } from './report-table.js';
import { parseRequirement } from './requirement.js';

const outcome = (path: string, differing: Partial<Outcome> = {}): Outcome => ({
  requirement: parseRequirement(path, `description: A <b> & "c"`),
  status: 'passed',
  durationMs: 1234,
  problems: [],
  history: [],
  ...differing,
});

const outcomes = [
  outcome('step/1-1.yaml'),
  outcome('step/1-12.yaml', {
    status: 'failed',
    problems: ['event 3 EventType: expected "A", found "B"'],
    history: [
      { EventId: 2, EventType: 'StepStarted', SubType: 'Step' },
      {
        EventId: 3,
        EventType: 'StepFailed',
        StepFailedDetails: { Error: { Payload: { ErrorType: 'A', ErrorMessage: 'b' } } },
      },
    ],
  }),
  outcome('wait/2-1.yaml', { status: 'no handler' }),
];

describe('renderTable', () => {
  it('has a line for each requirement, what differs, and the numbers', () => {
    const table = renderTable(outcomes);
    expect(table).toContain('1-1   step  ok          1.23 s  A <b> & "c"');
    expect(table).toContain('1-12  step  FAILED');
    expect(table).toContain(
      'step/1-12\n  event 3 EventType: expected "A", found "B"\n  the history was:\n    2 StepStarted Step\n    3 StepFailed (A: b)',
    );
    expect(table).toMatch(/1 met, 1 not met, 1 without a handler$/);
  });
});

describe('renderJunit', () => {
  it('groups by suite, counts what is not met, and escapes', () => {
    const xml = renderJunit(outcomes);
    expect(xml).toContain('<testsuite name="step" tests="2" failures="1" time="2.468">');
    expect(xml).toContain('<testsuite name="wait" tests="1" failures="1" time="1.234">');
    expect(xml).toContain('name="1-1 A &lt;b&gt; &amp; &quot;c&quot;"');
    expect(xml).toContain('<failure message="event 3 EventType: expected &quot;A&quot;, found &quot;B&quot;">');
  });

  it('replaces what XML cannot hold', () => {
    expect(renderJunit([outcome('a/1.yaml', { status: 'failed', problems: ['\u0000x'] })])).toContain('>?x<');
  });
});
