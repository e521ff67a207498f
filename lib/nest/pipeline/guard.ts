export interface Guard {
  canActivate(context: unknown): unknown;
}
