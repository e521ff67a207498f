import type { PlainData } from './plain-data.js';

/** Sets an own member, bypassing setters and inherited members. */
export function setMember(error: Error, name: string, value: PlainData): void {
  if (name === '__proto__' || name === 'constructor') return;
  Object.defineProperty(error, name, { value, configurable: true, enumerable: true, writable: true });
}
