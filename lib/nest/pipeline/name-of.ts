/** The class name of an enhancer, for messages; an enhancer may have no class. */
export function nameOf(enhancer: object): string {
  const { constructor } = enhancer as { constructor?: { name?: string } };
  return constructor?.name ?? 'an object';
}
