export interface Guard {
  canActivate(context: unknown): unknown;
}

/** A guard that has refused a direct call. */
export interface RefusingGuard {
  readonly name: string;
  readonly isGlobal: boolean;
}
