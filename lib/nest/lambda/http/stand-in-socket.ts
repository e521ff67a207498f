/** Adds to the replacement of a socket the members that frameworks call on one. */
export function standIn(socket: object, members: object): void {
  const same = (): object => socket;
  const methods = ['on', 'once', 'removeListener', 'setKeepAlive', 'setNoDelay', 'setTimeout'];
  Object.assign(socket, Object.fromEntries(methods.map((name) => [name, same])), members);
}
