/** Whether an update ends its operation. */
export function isTerminalAction(action: string | undefined): boolean {
  return action === 'SUCCEED' || action === 'FAIL' || action === 'CANCEL';
}
