import { Injectable } from '@nestjs/common';

export interface ToolCall {
  tool: string;
  argument: string;
}

/** A message of the conversation: from the user, the model, or a tool. */
export interface Message {
  from: 'user' | 'model' | 'tool';
  text: string;
}

/** The model either gives an answer, or calls tools. */
export type Reply = { answer: string } | { calls: ToolCall[] };

/** The interface to a model; provide another class to use a real one. */
export abstract class ChatModel {
  abstract reply(messages: readonly Message[]): Promise<Reply>;
}

/** Needs no key and no network: looks the order up, refunds it, and reports that. */
@Injectable()
export class StubModel extends ChatModel {
  override async reply(messages: readonly Message[]): Promise<Reply> {
    const results = messages.filter(({ from }) => from === 'tool');
    if (results.length === 0) return { calls: [{ tool: 'find-order', argument: 'order 7' }] };
    if (results.length === 1) return { calls: [{ tool: 'refund', argument: 'order 7' }] };
    return { answer: `This is what I did: ${results.map(({ text }) => text).join('; ')}.` };
  }
}
