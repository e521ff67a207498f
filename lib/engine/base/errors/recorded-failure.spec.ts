import { DurableError } from './durable-error.js';
import { toErrorObject } from './error-object.js';
import { ChildContextError, DurableOperationError, InvokeError, StepError } from './operation-errors.js';
import { childContextErrorOf } from './rebuild-as.js';
import { fromRecordedFailure, toRecordedFailure } from './recorded-failure.js';

@DurableError('PrinterJam')
class PaperJam extends Error {
  constructor(readonly tray: number) {
    super(`tray ${tray}`);
  }
}

describe('a recorded failure', () => {
  it('keeps the whole chain of causes', () => {
    const stackTrace = ['at print (printer.js:1)'];
    const inner = Object.assign(new InvokeError('no paper', new RangeError('tray 2'), '{"tray":2}'), { stackTrace });
    const back = fromRecordedFailure(
      JSON.parse(JSON.stringify(toRecordedFailure(new ChildContextError('no print', inner)))),
    );
    expect(back).toBeInstanceOf(ChildContextError);
    expect(back.message).toBe('no print');
    expect(back.cause).toBeInstanceOf(InvokeError);
    expect(back.cause).toMatchObject({ message: 'no paper', errorData: '{"tray":2}', stackTrace });
    expect((back.cause as Error).cause).toMatchObject({ name: 'RangeError', message: 'tray 2' });
    expect((back.cause as Error).cause).not.toBeInstanceOf(StepError);
  });

  it('keeps the class of a registered error whose name is another', () => {
    const recorded = toErrorObject(new PaperJam(2));
    const failure = childContextErrorOf(DurableOperationError.fromErrorObject(recorded));
    const back = fromRecordedFailure(JSON.parse(JSON.stringify(toRecordedFailure(failure))));
    expect([failure, back].map(({ cause }) => (cause as Error).cause)).toEqual([new PaperJam(2), new PaperJam(2)]);
    expect((back.cause as Error).cause).toBeInstanceOf(PaperJam);
  });

  it('says as little as it knows', () => {
    expect(toRecordedFailure(new StepError('no'))).toEqual({ ErrorType: 'StepError', ErrorMessage: 'no' });
  });

  it('is an error of some kind, whatever it was recorded as', () => {
    expect(fromRecordedFailure({ name: 'Error', message: 'lost' })).toMatchObject({ message: 'lost' });
    expect(fromRecordedFailure({})).toBeInstanceOf(Error);
  });
});
