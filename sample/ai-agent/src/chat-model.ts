import { Injectable } from '@nestjs/common';

export interface ToolCall {
  tool: string;
  argument: string;
}

/** What has been said so far: by the user, the model, or a tool. */
export interface Message {
  from: 'user' | 'model' | 'tool';
  text: string;
}

/** The model either answers, or asks for tools. */
export type Reply = { answer: string } | { calls: ToolCall[] };

/** Whatever speaks with a model; provide another class in its place to use a real one. */
export abstract class ChatModel {
  abstract reply(messages: readonly Message[]): Promise<Reply>;
}

/** Needs no key and no network: looks the order up, refunds it, and says so. */
@Injectable()
export class StubModel extends ChatModel {
  override async reply(messages: readonly Message[]): Promise<Reply> {
    const results = messages.filter(({ from }) => from === 'tool');
    if (results.length === 0) return { calls: [{ tool: 'find-order', argument: 'order 7' }] };
    if (results.length === 1) return { calls: [{ tool: 'refund', argument: 'order 7' }] };
    return { answer: `This is what I did: ${results.map(({ text }) => text).join('; ')}.` };
  }
}
