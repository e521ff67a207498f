/**
 * The callback by which a stop of an execution is requested: an outside caller completes it with the reason, as JSON,
 * and finds it in the history by these two.
 */
export const STOP_REQUEST = { Name: 'stop request', SubType: 'StopRequest' } as const;

/** The members of a history's event that tell who listens. */
export interface StopRequestEvent {
  type: string | undefined;
  name: string | undefined;
  subType: string | undefined;
  operationId: string | undefined;
  callbackId: string | undefined;
}

/** What an execution does about a request to stop: it may yet listen, or it listens on an open callback. */
export type ListeningState = 'nothing' | 'not begun' | 'asked or ended' | { callbackId: string };

/** Finds in the events of a history, oldest first, whether the execution can be asked to stop. */
export function listeningIn(events: Iterable<StopRequestEvent>): ListeningState {
  let listening: ListeningState = 'not begun';
  for (const { type = '', name, subType, operationId, callbackId } of events) {
    const isRequest = name === STOP_REQUEST.Name && subType === STOP_REQUEST.SubType;
    if (isRequest && type === 'CallbackStarted' && callbackId !== undefined) listening = { callbackId };
    else if (isRequest || /^Execution(Succeeded|Failed|Stopped|TimedOut)$/.test(type)) return 'asked or ended';
    else if (listening === 'not begun' && operationId !== undefined && !type.startsWith('Execution'))
      listening = 'nothing';
  }
  return listening;
}

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
