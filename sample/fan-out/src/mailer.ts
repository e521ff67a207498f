import { Injectable } from '@nestjs/common';

export interface Letter {
  reader: number;
  subject: string;
  /** A letter whose key was seen before is not delivered again. */
  key: string;
}

/** A placeholder for a mail service that accepts idempotency keys. */
@Injectable()
export class Mailer {
  async send(letter: Letter): Promise<void> {
    console.log(`to reader ${letter.reader}: ${letter.subject}`);
  }
}
