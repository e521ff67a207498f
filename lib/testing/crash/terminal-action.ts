/** Whether an update completes its operation. */
export function isTerminalAction(action: string | undefined): boolean {
  return action === 'SUCCEED' || action === 'FAIL' || action === 'CANCEL';
}
