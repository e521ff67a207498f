import { turns } from './turns.js';

/** Fails each test around this call that leaves a rejection which nothing handles: in production it ends the process. */
export function failOnUnhandledRejections(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));
  afterEach(async () => {
    await turns(3);
    expect(unhandled.splice(0)).toEqual([]);
  });
}
