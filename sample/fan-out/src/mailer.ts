import { Injectable } from '@nestjs/common';

export interface Letter {
  reader: number;
  subject: string;
  /** A letter whose key has been seen is not delivered again. */
  key: string;
}

/** Stands for a mail service that takes idempotency keys. */
@Injectable()
export class Mailer {
  async send(letter: Letter): Promise<void> {
    console.log(`to reader ${letter.reader}: ${letter.subject}`);
  }
}
