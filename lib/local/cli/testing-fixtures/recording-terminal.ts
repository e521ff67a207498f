import { plain } from '../terminal-style.js';
import type { Terminal } from '../terminal.js';

/** A terminal without colors that records its output. */
export class RecordingTerminal implements Terminal {
  readonly columns = 100;
  readonly colors = false;
  readonly paint = plain;
  readonly interruption = new AbortController();
  readonly printed: string[] = [];
  readonly complaints: string[] = [];

  get interrupted(): AbortSignal {
    return this.interruption.signal;
  }

  print(line: string): void {
    this.printed.push(line);
  }

  complain(line: string): void {
    this.complaints.push(line);
  }
}
