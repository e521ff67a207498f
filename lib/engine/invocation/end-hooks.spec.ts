import { EndHooks } from './end-hooks.js';

function hooksOfBothKinds() {
  const hooks = new EndHooks();
  hooks.add(() => 'always', 'always');
  hooks.add(() => 'suspended', 'suspended');
  return hooks;
}

const called = (due: Array<() => unknown>) => due.map((hook) => hook());

describe('EndHooks', () => {
  it.each([
    { isSuspended: true, due: ['always', 'suspended'] },
    { isSuspended: false, due: ['always'] },
  ])('gives out those that apply to the outcome: $isSuspended', ({ isSuspended, due }) => {
    expect(called(hooksOfBothKinds().take({ isSuspended }))).toEqual(due);
  });

  it('gives out each once', () => {
    const hooks = hooksOfBothKinds();
    hooks.take({ isSuspended: false });
    expect(hooks.take({ isSuspended: true })).toEqual([]);
  });
});
