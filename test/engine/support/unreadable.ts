/** A value that cannot be read: every access to a member throws. */
export function unreadable(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
