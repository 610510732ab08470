/** What tells whether a live screen would be seen. */
export interface Surroundings {
  /** stdin and stdout are terminals. */
  readonly isTerminal: boolean
  /** The user asked for lines. */
  readonly plain: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Whether to draw a live screen: not where nobody sees it (pipes, CI), nor where it cannot be drawn (`TERM=dumb`), nor for
 * those who have it read to them, who say so as to all programs made with Ink.
 */
export function isInteractive({ isTerminal, plain, env }: Surroundings): boolean {
  return isTerminal && !plain && env.TERM !== 'dumb' && !isSet(env.CI) && !isSet(env.INK_SCREEN_READER)
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value)
}
