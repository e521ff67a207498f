import type { INestApplication, INestApplicationContext } from '@nestjs/common';

/** A Nest application while invocations use it. */
export interface ApplicationHost {
  /** Runs work that needs no HTTP. */
  withContext<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T>;
  /** Runs work that needs the HTTP router. */
  withHttp<T>(work: (app: INestApplication) => Promise<T>): Promise<T>;
}

/** Looks an application over once it has booted; what it throws is a boot error. */
export type VerifyApplication = (app: INestApplicationContext) => void;
