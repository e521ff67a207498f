import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as nest from '@nestjs/common';
import { parse } from 'graphql';
import Joi from 'joi';
import jwt from 'jsonwebtoken';
import { StepError, StepInterruptedError } from 'nestjs-durable-execution/engine';
import { firstValueFrom, NEVER, timeout, EMPTY } from 'rxjs';
import { object, string } from 'yup';
import { z } from 'zod';
import { provoked, provokedWith } from './provocation.mjs';
import { BODY, ROW } from './secrets.mjs';

const isMinified = nest.IntrinsicException.name !== 'IntrinsicException';

const thrown = (error) => () => {
  throw error;
};

/** What an application and the libraries in it throw without any server. */
export function provocations() {
  return [...ofDurable(), ...ofLanguage(), ...ofNode(), ...ofValidation(), ...ofNest()];
}

function ofDurable() {
  const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
  return [
    provoked('durable step', 'durable-operation', 'P', thrown(new StepError('no', refused))),
    provoked(
      'durable step around it',
      'durable-operation',
      'P',
      thrown(new Error('no', { cause: new StepError('no', refused) })),
    ),
    provoked('durable interrupted', 'durable-interrupted', 'A', thrown(new StepInterruptedError('1', 'pay'))),
  ];
}

function ofLanguage() {
  const member = (code) => Promise.reject(Object.assign(new Error('no'), { code }));
  return [
    provoked('js type', 'bug', 'P', () => undefined.secret),
    provoked('js reference', 'bug', 'P', () => nowhere), // eslint-disable-line no-undef
    provoked('js range', 'bug', 'P', () => new Array(-1)),
    provoked('js json', 'bug', 'P', () => JSON.parse(`<html>${BODY}`)),
    provoked('js clone', 'bug', 'P', () => structuredClone(() => 1)),
    provoked('js any refused', 'aggregate-transient', 'T', () =>
      Promise.any([member('ECONNREFUSED'), member('ENOENT')]),
    ),
    provoked('js any reset', 'aggregate-ambiguous', 'A', () =>
      Promise.any([member('ECONNRESET'), member('ECONNREFUSED')]),
    ),
    provoked('js any bugs', 'aggregate-permanent', 'P', () => Promise.any([member('ENOENT'), member('EACCES')])),
    provoked('rxjs timeout', 'timeout', 'A', () => firstValueFrom(NEVER.pipe(timeout(10)))),
    provoked('rxjs empty', 'rxjs-empty', 'P', () => firstValueFrom(EMPTY)),
  ];
}

function ofNode() {
  return [
    provoked('node assert', 'node-misuse', 'P', () => assert.equal(1, 2)),
    provoked('node file', 'node-file', 'P', () => readFile('/nowhere/at/all')),
    provoked('node process', 'node-process-timeout', 'A', () =>
      promisify(execFile)(process.execPath, ['-e', 'setInterval(() => 1, 1000)'], { timeout: 200 }),
    ),
    provoked('node once', 'aborted', 'P', () => once(new EventEmitter(), 'never', { signal: AbortSignal.timeout(10) })),
  ];
}

function ofValidation() {
  return [
    provoked('zod', 'validation-failed', 'P', () => z.object({ a: z.string() }).parse({ a: 1, secret: ROW })),
    provoked('joi', 'validation-failed', 'P', () => Joi.assert({ a: ROW }, Joi.object({ a: Joi.number() }))),
    provoked('yup', 'validation-failed', 'P', () =>
      object({ a: string().required(), b: string().required() }).validate({}, { abortEarly: false }),
    ),
    provoked('graphql syntax', 'graphql-refused', 'P', () => parse('{ a')),
    provoked('jwt expired', 'jwt-invalid', 'P', () => jwt.verify(jwt.sign({ exp: 1 }, BODY), BODY)),
    provoked('jwt invalid', 'jwt-invalid', 'P', () => jwt.verify('x.y.z', BODY)),
  ];
}

function ofNest() {
  return [
    provoked('nest 400', 'http-refused', 'P', thrown(new nest.BadRequestException())),
    provokedWith(9, 'nest 429', 'http-try-later', 'T', thrown(new nest.HttpException({ retryAfter: 9 }, 429))),
    provoked('nest 503', 'nest-server-error', 'T', thrown(new nest.ServiceUnavailableException())),
    provoked('nest 504', 'nest-timeout', 'A', thrown(new nest.GatewayTimeoutException())),
    // Its class is all that marks it.
    ...(isMinified
      ? []
      : [provoked('nest intrinsic', 'nest-intrinsic', 'P', thrown(new nest.IntrinsicException('no')))]),
  ];
}
