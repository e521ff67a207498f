import { ChildContextError, InvokeError, StepError } from './operation-errors.js';
import { fromRecordedFailure, toRecordedFailure } from './recorded-failure.js';

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

  it('says as little as it knows', () => {
    expect(toRecordedFailure(new StepError('no'))).toEqual({ ErrorType: 'StepError', ErrorMessage: 'no' });
  });

  it('is an error of some kind, whatever it was recorded as', () => {
    expect(fromRecordedFailure({ name: 'Error', message: 'lost' })).toMatchObject({ message: 'lost' });
    expect(fromRecordedFailure({})).toBeInstanceOf(Error);
  });
});
