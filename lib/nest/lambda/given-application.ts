import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { noHttpAdapter } from '../durable-execution.messages.js';
import { DurableConfigurationError } from '../errors/durable-configuration-error.js';
import { durableExceptionFilter } from '../pipeline/durable-exception.filter.js';
import type { ApplicationHost, VerifyApplication } from './application-host.js';
import { SingleFlight } from './single-flight.js';

/** An application that the user made, and closes: by `NestFactory`, or of a `TestingModule`. */
export class GivenApplication implements ApplicationHost {
  readonly #boot: SingleFlight<void>;

  constructor(
    private readonly app: INestApplicationContext,
    verify: VerifyApplication,
  ) {
    if (isHttpApplication(app)) app.useGlobalFilters(durableExceptionFilter);
    this.#boot = new SingleFlight(async () => {
      await app.init();
      verify(app);
    });
  }

  async withContext<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    await this.#boot.get();
    return work(this.app);
  }

  async withHttp<T>(work: (app: INestApplication) => Promise<T>): Promise<T> {
    await this.#boot.get();
    if (!isHttpApplication(this.app)) throw new DurableConfigurationError(noHttpAdapter());
    return work(this.app);
  }
}

function isHttpApplication(app: INestApplicationContext): app is INestApplication {
  return typeof (app as Partial<INestApplication>).getHttpAdapter === 'function';
}
