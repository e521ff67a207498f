/**
 * The callback by which a stop of an execution is requested: an outside caller completes it with the reason, as JSON,
 * and finds it in the history by these two.
 */
export const STOP_REQUEST = { Name: 'stop request', SubType: 'StopRequest' } as const;

/** The reason of a stop, as its caller gives it. */
export interface StopRequest {
  /** The name of an error's class. */
  type?: string;
  message?: string;
  /** Text for programs. */
  data?: string;
}

const MEMBERS = ['type', 'message', 'data'] as const;

/** What the callback is completed with. */
export function writeStopRequest(request: StopRequest): string {
  return JSON.stringify(membersOf(request));
}

/** Whatever the callback was completed with: text of another form is the message. */
export function readStopRequest(text: string | undefined): StopRequest {
  try {
    return membersOf(Object(JSON.parse(text ?? '{}')) as object);
  } catch {
    return { message: text };
  }
}

function membersOf(value: { [member in keyof StopRequest]?: unknown }): StopRequest {
  const texts = MEMBERS.filter((member) => typeof value[member] === 'string' && value[member] !== '');
  return Object.fromEntries(texts.map((member) => [member, value[member]]));
}
