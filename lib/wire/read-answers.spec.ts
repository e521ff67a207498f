import { readCheckpointAnswer, readInitialState, readStatePage } from './read-answers.js';
import { UnreadableAnswerError } from './unreadable-answer.js';

const record = (members: object = {}) => ({ Id: 'a', Type: 'STEP', Status: 'STARTED', ...members });
const pageOf = (...Operations: unknown[]) => readStatePage({ Operations });

/** Every typed member of a record, with values of wrong types. */
const WRONG: ReadonlyArray<[string, object]> = [
  ...['Id', 'Type', 'Status'].flatMap((member): Array<[string, object]> =>
    [undefined, null, '', 5, {}, [], true].map((value) => [member, { [member]: value }]),
  ),
  ...['ParentId', 'Name', 'SubType'].flatMap((member): Array<[string, object]> =>
    [5, {}, [], true].map((value) => [member, { [member]: value }]),
  ),
  ...[
    'StepDetails',
    'ContextDetails',
    'WaitDetails',
    'CallbackDetails',
    'ChainedInvokeDetails',
    'ExecutionDetails',
  ].flatMap((member): Array<[string, object]> => ['x', 5, [], true].map((value) => [member, { [member]: value }])),
  ['StepDetails.Attempt', { StepDetails: { Attempt: '1' } }],
  ['StepDetails.Attempt', { StepDetails: { Attempt: -1 } }],
  ['StepDetails.Attempt', { StepDetails: { Attempt: 1.5 } }],
  ['StepDetails.Result', { StepDetails: { Result: 5 } }],
  ['StepDetails.Error', { StepDetails: { Error: 'no' } }],
  ['StepDetails.Error', { StepDetails: { Error: { ErrorMessage: 5 } } }],
  ['StepDetails.Error', { StepDetails: { Error: { StackTrace: 'at' } } }],
  ['StepDetails.Error', { StepDetails: { Error: { StackTrace: [5] } } }],
  ['ContextDetails.ReplayChildren', { ContextDetails: { ReplayChildren: 'true' } }],
  ['CallbackDetails.CallbackId', { CallbackDetails: { CallbackId: 7 } }],
  ['ExecutionDetails.InputPayload', { ExecutionDetails: { InputPayload: { order: 7 } } }],
];

describe('readStatePage', () => {
  it('gives records and marker', () => {
    expect(readStatePage({ Operations: [record()], NextMarker: 'more' })).toEqual({
      operations: [record()],
      marker: 'more',
    });
  });

  it.each([undefined, null, ''])('takes the marker %j for the last page', (NextMarker) => {
    expect(readStatePage({ Operations: [], NextMarker })).toEqual({ operations: [], marker: undefined });
  });

  it('takes types, statuses and subtypes for open text, null for absent, and moments of any form', () => {
    const open = record({
      Type: 'BATCH',
      Status: 'PAUSED',
      SubType: 'Novel',
      Name: null,
      ParentId: null,
      StepDetails: null,
    });
    const moments = record({ StartTimestamp: {}, EndTimestamp: null, WaitDetails: { ScheduledEndTimestamp: 'soon' } });
    const details = record({ StepDetails: { Attempt: null, Result: null, Error: null }, Unheard: 5 });
    expect(pageOf(open, moments, details).operations).toEqual([open, moments, details]);
  });

  it.each([undefined, null, '', 'ok', 5, [], true, {}, { Message: 'maintenance' }, { operations: [] }])(
    'refuses %j',
    (answer) => expect(() => readStatePage(answer)).toThrow(UnreadableAnswerError),
  );

  it.each([undefined, null, 'x', {}, 5, [1], [null], [[]], ['x']])('refuses Operations: %j', (Operations) => {
    expect(() => readStatePage({ Operations })).toThrow(/Operations/);
  });

  it.each([5, {}, [], true])('refuses NextMarker: %j', (NextMarker) => {
    expect(() => readStatePage({ Operations: [], NextMarker })).toThrow(/NextMarker/);
  });

  it.each(WRONG)('refuses a record whose %s is wrong: %j', (member, members) => {
    expect(() => pageOf(record(), record(members))).toThrow(`Operations[1].${member} is `);
  });

  it('tells the kind of what it found, never its content', () => {
    expect(() => pageOf(record({ Name: 5 }))).toThrow(
      'The response to GetDurableExecutionState is unreadable: Operations[0].Name is a number.',
    );
    expect(() => readStatePage('secret')).toThrow(
      'The response to GetDurableExecutionState is a text instead of an object.',
    );
  });
});

describe('readCheckpointAnswer', () => {
  const answer = { CheckpointToken: 't', NewExecutionState: { Operations: [record()], NextMarker: 'more' } };

  it('gives the token and what has changed', () => {
    expect(readCheckpointAnswer(answer, false)).toEqual({
      token: 't',
      changed: { operations: [record()], marker: 'more' },
    });
  });

  it.each([undefined, null, ''])('takes the token %j for none, beside a state', (CheckpointToken) => {
    const superseded = readCheckpointAnswer({ CheckpointToken, NewExecutionState: {} }, false);
    expect(superseded).toEqual({ token: undefined, changed: { operations: [], marker: undefined } });
  });

  it.each([
    undefined,
    null,
    '',
    'ok',
    [],
    {},
    { CheckpointToken: 't' },
    { CheckpointToken: 5, NewExecutionState: {} },
    { CheckpointToken: 't', NewExecutionState: null },
    { CheckpointToken: 't', NewExecutionState: 'x' },
    { CheckpointToken: 't', NewExecutionState: [] },
    { CheckpointToken: 't', NewExecutionState: { Operations: 'x' } },
    { CheckpointToken: 't', NewExecutionState: { Operations: [record({ Status: 7 })] } },
    { CheckpointToken: 't', NewExecutionState: { NextMarker: 7 } },
  ])('refuses %j', (wrong) => expect(() => readCheckpointAnswer(wrong, false)).toThrow(UnreadableAnswerError));

  it('needs neither token nor state where the call has closed the execution', () => {
    expect(readCheckpointAnswer({}, true)).toEqual({
      token: undefined,
      changed: { operations: [], marker: undefined },
    });
    expect(() => readCheckpointAnswer('ok', true)).toThrow(UnreadableAnswerError);
  });
});

describe('readInitialState', () => {
  it('gives the first page', () => {
    const InitialExecutionState = { Operations: [record()], NextMarker: '' };
    expect(readInitialState({ InitialExecutionState })).toEqual({ operations: [record()], marker: undefined });
  });

  it.each([undefined, null, 'x', [], {}, { Operations: {} }, { Operations: [null] }, { NextMarker: 'more' }])(
    'refuses %j',
    (InitialExecutionState) =>
      expect(() => readInitialState({ InitialExecutionState })).toThrow(/^The invocation event is unreadable: Initial/),
  );
});
