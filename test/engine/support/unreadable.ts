/** A value of which nothing can be read: whoever looks at a member of it has to expect an error. */
export function unreadable(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
