/** Whether there is a terminal for the dashboard, and it is wanted. */
export function hasDashboard(plain: boolean): boolean {
  const terminal = process.stdout.isTTY === true && process.stdin.isTTY === true
  return terminal && !plain && process.env.TERM !== 'dumb'
}
