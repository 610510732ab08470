import { isInteractive } from '../../ui/interactive.js'

/** Whether there is a terminal for the dashboard, and it is wanted. */
export function hasDashboard(plain: boolean): boolean {
  const isTerminal = process.stdout.isTTY === true && process.stdin.isTTY === true
  return isInteractive({ isTerminal, plain, env: process.env })
}
