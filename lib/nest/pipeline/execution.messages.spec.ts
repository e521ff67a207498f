import { methodNotSaved, outageAfterAdmission, refusedAfterAdmission } from './execution.messages.js';

describe.each([refusedAfterAdmission, outageAfterAdmission])('%p', (message) => {
  it.each([
    ['The token has expired.', ': The token has expired. '],
    ['The token has expired', ': The token has expired. '],
    [undefined, 'called. '],
  ])('ends its first sentence once, with the reason %p', (reason, end) => {
    const text = message('a pipe', 'HTTP 401', reason);
    expect(text).toContain(`method was called${end.replace('called', '')}`);
    expect(text).not.toContain('..');
  });
});

it('A method that was not saved has a remedy for direct calls too, where nothing restores `REQUEST`', () => {
  expect(methodNotSaved('tenant.name()')).toMatch(/admission\.restore\(\), or in the method\.$/);
});
