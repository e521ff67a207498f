/** What the system reports when a resource runs out temporarily. */
const SHORTAGES: Readonly<Record<string, string>> = {
  EAGAIN: 'too many processes',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENOMEM: 'too little memory',
};

/** The delay before the next attempt. */
export const SHORTAGE_PAUSE_MS = 1_000;

/** Names the resource that the system lacks; `undefined` when an error is of another kind, and a retry cannot help. */
export function shortageOf(error: unknown): string | undefined {
  return SHORTAGES[(Object(error) as NodeJS.ErrnoException).code ?? ''];
}

export function shortageText(shortage: string): string {
  return `No process can be started: ${shortage}. Invocations wait until that changes.`;
}
