/** A line of the log. */
export interface LogLine {
  /** Counted from 0 on. */
  readonly number: number
  /** ms since the epoch. */
  readonly at: number
  readonly text: string
  readonly isBad: boolean
}

/** How many lines are kept. */
export const maxLines = 1000

/** The log with one more line; of very many the newest stay. */
export function withLine(log: readonly LogLine[], line: Omit<LogLine, 'number'>): readonly LogLine[] {
  const number = (log.at(-1)?.number ?? -1) + 1
  return [...(log.length < maxLines ? log : log.slice(1 - maxLines)), { number, ...line }]
}
