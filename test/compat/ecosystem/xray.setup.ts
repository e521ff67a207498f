import dgram from 'node:dgram';
import { tellWorld } from './use-case.js';

/** As on Lambda, where the daemon of X-Ray listens; set before its SDK is loaded. */
Object.assign(process.env, {
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: process.cwd(),
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
});

interface Segment {
  name: string;
  fault?: boolean;
  error?: boolean;
  aws?: { operation?: string };
}

/** What is sent to the daemon: a header, then a segment. A socket that is not open yet sends again, then a list. */
const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (this: dgram.Socket, message: unknown, ...rest: unknown[]) {
  const [, text = ''] = String(message).split('\n');
  if (text.startsWith('{') && !Array.isArray(message)) tell(JSON.parse(text) as Segment);
  return (send as (...all: unknown[]) => void).call(this, message, ...rest);
};

function tell({ name, fault, error, aws }: Segment): void {
  tellWorld(`segment ${aws?.operation ?? name} ${fault || error ? 'broken' : 'fine'}`);
}
