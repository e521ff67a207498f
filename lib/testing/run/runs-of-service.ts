import type { TestService } from '../service/test-service.js';
import type { CallbackAnswers } from '../stubs/callback-answers.js';
import type { StepStubs } from '../stubs/step-stubs.js';
import { DurableRun } from './durable-run.js';
import { DurableRunError } from './durable-run-error.js';
import { hintsOf } from './hints.js';
import { Journal } from './journal.js';
import { Steering } from './steering.js';

/** An execution under test, with what the kit keeps of it. */
export interface KnownRun {
  readonly run: DurableRun;
  readonly journal: Journal;
  readonly steering: Steering;
}

/** What a failed run names: stubs that nothing has used. */
interface Stubs {
  readonly stubs: StepStubs;
  readonly answers: CallbackAnswers;
}

/** The executions on the service of a test, until the next one takes its place. */
export class RunsOfService {
  readonly #known = new Map<string, KnownRun>();

  constructor(
    private readonly service: () => TestService,
    private readonly stubs: Stubs,
  ) {}

  /** In the order of their starts. */
  get all(): readonly KnownRun[] {
    return [...this.#known.values()];
  }

  /** An execution that was looked up before. */
  known(arn: string): KnownRun | undefined {
    return this.#known.get(arn);
  }

  /** The execution of an ARN, if the service has it. */
  of(arn: string): KnownRun | undefined {
    const known = this.#known.get(arn);
    if (known) return known;
    const state = this.service().stateOf(arn);
    if (!state) return undefined;
    const added = this.#added(new Journal(arn, state));
    this.#known.set(arn, added);
    return added;
  }

  clear(): void {
    this.#known.clear();
  }

  #added(journal: Journal): KnownRun {
    const { stubs, answers } = this.stubs;
    const fail = (problem: string) => new DurableRunError(run, problem, { cause: journal.failures.cause });
    const service = this.service();
    const steering = new Steering(service, journal, fail);
    const hints = () => hintsOf(journal, { steps: stubs.names, callbacks: answers.names });
    const run: DurableRun = new DurableRun(service, { journal, steering, hints });
    return { run, journal, steering };
  }
}
