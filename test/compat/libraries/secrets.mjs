// What must never reach a record or a log, planted where applications have it: in headers, bodies, URLs, rows, settings.
export const AUTH = 'planted-auth-8f3a';
export const BODY = 'planted-body-77c1';
export const ROW = 'planted-row-e290';
export const ANSWER = 'planted-answer-41d6';
export const PASSWORD = 'planted-password-b05e';

/** @returns the secrets that a text holds */
export function secretsIn(text) {
  return [AUTH, BODY, ROW, ANSWER, PASSWORD].filter((secret) => text.includes(secret));
}
