/** What is to be called when the outcome of an invocation is known. */
export class EndHooks {
  #hooks: Array<{ hook: () => unknown; when: 'always' | 'suspended' }> = [];

  add(hook: () => unknown, when: 'always' | 'suspended'): void {
    this.#hooks.push({ hook, when });
  }

  /** The hooks that apply to the outcome; each is returned once. */
  take({ isSuspended }: { isSuspended: boolean }): Array<() => unknown> {
    const due = this.#hooks.filter(({ when }) => when === 'always' || isSuspended);
    this.#hooks = [];
    return due.map(({ hook }) => hook);
  }
}
