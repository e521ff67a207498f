/** What the system says when it has no more of something, for now. */
const SHORTAGES: Readonly<Record<string, string>> = {
  EAGAIN: 'too many processes',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENOMEM: 'too little memory',
};

/** After so long it is tried again. */
export const SHORTAGE_PAUSE_MS = 1_000;

/** Says what the system is short of; `undefined` when an error is of another kind, and trying again is in vain. */
export function shortageOf(error: unknown): string | undefined {
  return SHORTAGES[(Object(error) as NodeJS.ErrnoException).code ?? ''];
}

export function shortageText(shortage: string): string {
  return `No process can be started: ${shortage}. Invocations wait until there is room.`;
}
