import { renderTimeline } from './render-timeline.js';
import type { TimelineEvent } from './timeline-event.js';

const START_SECONDS = 1_769_838_500;

/** Events as the API sends them: epoch seconds, details in the member named after the type. */
class History {
  readonly events: TimelineEvent[] = [];

  at(seconds: number, EventType: string, subject: Partial<TimelineEvent> = {}, details: object = {}): this {
    const EventTimestamp = START_SECONDS + seconds;
    const event = { EventId: this.events.length + 1, EventType, EventTimestamp, ...subject };
    this.events.push({ ...event, [`${EventType}Details`]: details });
    return this;
  }

  invocation(fromSeconds: number, toSeconds: number, error?: object): this {
    return this.at(
      toSeconds,
      'InvocationCompleted',
      {},
      {
        StartTimestamp: START_SECONDS + fromSeconds,
        EndTimestamp: START_SECONDS + toSeconds,
        ...(error && { Error: { Payload: error } }),
      },
    );
  }
}

const started = () =>
  new History().at(0, 'ExecutionStarted', { Id: 'e', Name: 'order-42' }, { Input: { Payload: '{"id":7}' } });
const step = (Id: string, Name?: string, ParentId?: string) => ({ Id, Name, ParentId, SubType: 'Step' });
const failure = { ErrorType: 'GatewayTimeout', ErrorMessage: 'no answer' };

describe('renderTimeline', () => {
  it('draws a tree of operations beside a time axis', () => {
    const { events } = started()
      .at(0, 'StepStarted', step('a', 'reserve stock'))
      .at(2, 'StepSucceeded', step('a', 'reserve stock'))
      .at(2, 'WaitStarted', { Id: 'w', Name: 'cool down', SubType: 'Wait' }, { Duration: 5 })
      .invocation(0, 2)
      .at(7, 'WaitSucceeded', { Id: 'w', Name: 'cool down', SubType: 'Wait' })
      .at(7, 'ContextStarted', { Id: 'c', Name: 'delivery', SubType: 'RunInChildContext' })
      .at(7, 'StepStarted', step('s', 'ship', 'c'))
      .at(10, 'StepSucceeded', step('s', 'ship', 'c'))
      .at(10, 'ContextSucceeded', { Id: 'c', Name: 'delivery', SubType: 'RunInChildContext' })
      .invocation(7, 10)
      .at(10, 'ExecutionSucceeded', { Id: 'e' }, { Result: { Payload: '"shipped"' } });

    expect(renderTimeline(events, { columns: 64 })).toEqual([
      '✓ order-42 succeeded after 10 s, 2 invocations',
      '  input   {"id":7}',
      '  result  "shipped"',
      '',
      '  operation        kind               took  0               10 s',
      '✓ ├ reserve stock  Step                2 s  ████',
      '✓ ├ cool down      Wait 5 s            5 s      ──────────',
      '✓ └ delivery       RunInChildContext   3 s                ──────',
      '✓   └ ship         Step                3 s                ██████',
      '  invocations      2                   5 s  ████          ██████',
      '',
      '  █ work  × failed  · until the next attempt  ─ waiting',
    ]);
  });

  it('shows the named handler and its bare input', () => {
    const { events } = new History().at(
      0,
      'ExecutionStarted',
      { Id: 'e', Name: 'order-7' },
      { Input: { Payload: '{"@durable":"fulfil","input":{"id":7}}' } },
    );

    expect(renderTimeline(events)).toEqual(expect.arrayContaining(['  handler fulfil', '  input   {"id":7}']));
  });

  it('shows attempts, the pauses between them, and why they failed', () => {
    const retry = { Error: { Payload: failure }, RetryDetails: { CurrentAttempt: 1, NextAttemptDelaySeconds: 4 } };
    const { events } = started()
      .at(0, 'StepStarted', step('a', 'charge'))
      .at(2, 'StepFailed', step('a', 'charge'), retry)
      .at(6, 'StepStarted', step('a', 'charge'))
      .at(10, 'StepSucceeded', step('a', 'charge'), { RetryDetails: { CurrentAttempt: 2 } })
      .at(10, 'ExecutionSucceeded', { Id: 'e' });

    const lines = renderTimeline(events, { columns: 57 });

    expect(lines).toContain('✓ └ charge   Step, 2 attempts  10 s  ××××········████████');
    expect(lines).toContain('      attempt 1: GatewayTimeout: no answer');
  });

  it('shows why an execution failed', () => {
    const { events } = started()
      .at(0, 'StepStarted', step('a', 'charge'))
      .at(1, 'StepFailed', step('a', 'charge'), { Error: { Payload: failure } })
      .at(1, 'ExecutionFailed', { Id: 'e' }, { Error: { Payload: { ErrorMessage: 'gave up' } } });

    const lines = renderTimeline(events);

    expect(lines[0]).toBe('✗ order-42 failed after 1 s, 0 invocations');
    expect(lines).toContain('  error   gave up');
    expect(lines).toContain('      GatewayTimeout: no answer');
  });

  it('names the crash of an invocation', () => {
    const { events } = started().invocation(0, 1, { ErrorType: 'Runtime.ExitError', ErrorMessage: 'signal: killed' });

    expect(renderTimeline(events)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ {2}invocations {2}1, 1 failed +1 s {2}×+$/),
        '    Runtime.ExitError: signal: killed',
      ]),
    );
  });

  it('draws what still runs up to now, and says which callback it waits for', () => {
    const { events } = started().at(
      5,
      'CallbackStarted',
      { Id: 'cb', Name: 'approval', SubType: 'Callback' },
      { CallbackId: 'QUJD' },
    );

    const lines = renderTimeline(events, { columns: 51, nowMs: (START_SECONDS + 10) * 1000 });

    expect(lines[0]).toBe('▸ order-42 running for 10 s, 0 invocations');
    expect(lines).toContain('▸ └ approval  Callback   5 s            ───────────');
    expect(lines).toContain('      callback id QUJD');
  });

  it('never cuts an error or a callback id: they go on in the next line', () => {
    const callbackId = 'Q'.repeat(184);
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const { events } = started()
      .at(0, 'StepStarted', step('a', 'charge'))
      .at(1, 'StepFailed', step('a', 'charge'), { Error: { Payload: { ErrorType: 'Refused', ErrorMessage: words } } })
      .at(1, 'CallbackStarted', { Id: 'cb', Name: 'approval', SubType: 'Callback' }, { CallbackId: callbackId })
      .at(2, 'ExecutionFailed', { Id: 'e' }, { Error: { Payload: { ErrorType: 'Refused', ErrorMessage: words } } });

    const lines = renderTimeline(events, { columns: 60 });

    const text = lines.join(' ').replace(/[ │]+/g, ' ');
    expect(text.split(`Refused: ${words}`)).toHaveLength(3);
    expect(lines).toContain(`      ${callbackId}`);
    expect(lines.filter((line) => line.length > 60)).toEqual([`      ${callbackId}`]);
  });

  it('draws pauses, why there were any, and the one that lasts', () => {
    const pausable = () =>
      started()
        .invocation(0, 2)
        .at(2, 'WaitStarted', { Id: 'w', Name: 'cool down', SubType: 'Wait' }, { Duration: 1 })
        .at(2, 'ExecutionPaused', { Id: 'e' }, { Reason: { Payload: 'database is down' } })
        .at(3, 'WaitSucceeded', { Id: 'w', Name: 'cool down', SubType: 'Wait' });
    const paused = renderTimeline(pausable().events, { columns: 60, nowMs: (START_SECONDS + 10) * 1000 });
    const resumed = renderTimeline(
      pausable().at(8, 'ExecutionResumed', { Id: 'e' }).invocation(8, 10).at(10, 'ExecutionSucceeded', { Id: 'e' })
        .events,
      { columns: 60 },
    );

    expect(paused[0]).toBe('‖ order-42 paused for 8 s, 1 invocation');
    expect(paused.find((line) => line.includes('pauses'))).toMatch(/^ {2}pauses +1 +8 s +‖+$/);
    expect(paused).toContain('    database is down');
    expect(paused.at(-1)).toContain('‖ paused');
    expect(resumed[0]).toBe('✓ order-42 succeeded after 10 s, 2 invocations');
    expect(resumed.find((line) => line.includes('pauses'))).toMatch(/^ {2}pauses +1 +6 s {7,}‖+$/);
    const bars = [paused, resumed].map((lines) => lines.find((line) => line.includes('pauses'))!.replace(/[^‖]/g, ''));
    expect(bars[1]!.length).toBeLessThan(bars[0]!.length);
  });

  it('shows a step between two attempts as retrying, and a stopped execution as stopped', () => {
    const { events } = started()
      .at(0, 'StepStarted', step('a', 'poll'))
      .at(1, 'StepSucceeded', step('a', 'poll'), { RetryDetails: { CurrentAttempt: 1, NextAttemptDelaySeconds: 60 } })
      .at(2, 'ExecutionStopped', { Id: 'e' });

    const lines = renderTimeline(events);

    expect(lines[0]).toContain('■ order-42 stopped after 2 s');
    expect(lines.find((line) => line.includes('poll'))).toMatch(/^↻/);
  });

  it('lets no text from outside reach the terminal as a control sequence, and keeps to the width', () => {
    const nasty = '\u001b[2J\nrm -rf \u0007'.repeat(20);
    const { events } = started()
      .at(0, 'StepStarted', step('a', nasty))
      .at(1, 'StepFailed', step('a', nasty), { Error: { Payload: { ErrorType: nasty, ErrorMessage: nasty } } })
      .at(1, 'ExecutionFailed', { Id: 'e', Name: nasty }, { Error: { Payload: { ErrorMessage: nasty } } });

    const lines = renderTimeline(events, { columns: 80 });

    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('takes the timestamps of the AWS client', () => {
    const { events } = started().at(0, 'StepStarted', step('a', 'x')).at(2, 'StepSucceeded', step('a', 'x'));
    const asDates = events.map((event) => ({
      ...event,
      EventTimestamp: new Date(Number(event.EventTimestamp) * 1000),
    }));

    expect(renderTimeline(asDates)).toEqual(renderTimeline(events));
  });

  it('colors only when asked to', () => {
    const { events } = started().at(1, 'ExecutionSucceeded', { Id: 'e' });

    expect(renderTimeline(events).join('')).not.toContain('\u001b');
    expect(renderTimeline(events, { colors: true })[0]).toContain('\u001b[32m✓\u001b[39m');
  });

  it('has a line even for an empty history', () => {
    expect(renderTimeline([])).toEqual(['▸ execution running for 0 ms, 0 invocations']);
  });
});
