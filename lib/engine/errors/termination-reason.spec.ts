import { TerminationReason, terminationClassOf } from './termination-reason.js';

describe('terminationClassOf', () => {
  it('lets exactly the listed reasons suspend', () => {
    const suspending = Object.values(TerminationReason).filter((reason) => terminationClassOf(reason) === 'suspend');

    expect(suspending).toEqual([
      'OPERATION_TERMINATED',
      'RETRY_SCHEDULED',
      'WAIT_SCHEDULED',
      'CALLBACK_PENDING',
      'INVOKE_PENDING',
      'CONDITION_PENDING',
      'SUPERSEDED',
    ]);
  });

  it.each(['LATER_VERSION', 'toString', ''])('takes the unknown reason "%s" for a fault', (reason) => {
    expect(terminationClassOf(reason)).toBe('fault');
  });
});
