/** A response of Node's. */
export type OpenResponse = NodeJS.WritableStream & { readonly writableEnded: boolean };

/** How long a response that nobody ends may be silent. */
const SILENCE_MS = 1_000;

/**
 * Waits until a response has been silent for a while: nothing has written to it, and nothing is piped into it. Then nobody
 * will end it. Its own methods go on as before.
 *
 * @returns a promise that never settles for a response that is ended; and what ends the waiting
 */
export function silenceOf(response: OpenResponse): { silence: Promise<void>; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let sources = 0;
  const stop = (): void => clearTimeout(timer);
  const silence = new Promise<void>((resolve) => {
    const restart = (): void => {
      stop();
      if (sources === 0 && !response.writableEnded) timer = setTimeout(resolve, SILENCE_MS);
    };
    const { write } = response;
    response.write = (...data: unknown[]): boolean => {
      restart();
      return write.apply(response, data as Parameters<typeof write>);
    };
    response.on('pipe', () => ((sources += 1), restart()));
    response.on('unpipe', () => ((sources -= 1), restart()));
    response.on('finish', stop);
    restart();
  });
  return { silence, stop };
}
