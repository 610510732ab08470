/** What the dashboard needs of an output; `process.stdout` is one. */
export interface Output {
  readonly columns: number
  readonly rows: number
  write(text: string): boolean
  /** Whether it still writes what it was given; an output without it never does. */
  isBusy?(): boolean
  /** Calls `free` once it does not. */
  onceFree?(free: () => void): void
  /** Writes the last text there is, at once; what still waits is dropped. */
  writeLast?(text: string): void
  on(event: 'resize', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'resize', listener: () => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/** A full screen that is given back as it was found. */
export interface Screen {
  /** Shows a frame; only rows that differ from the last one are written. */
  draw(rows: readonly string[]): void
  /** Makes the next frame a full one, on a blank screen. */
  forget(): void
  /** Restores the terminal, synchronously where writes are; a second call does nothing. */
  leave(): void
}

const ESC = '\u001b['
// Alternate buffer, no cursor, no wrapping: a glyph wider than thought must not push the rows below.
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`
const LEAVE = `${ESC}?2026l${ESC}0m${ESC}?7h${ESC}?25h${ESC}?1049l`
const BLANK = `${ESC}0m${ESC}2J`

/**
 * Opens the alternate screen buffer. Rows are addressed absolutely, so nothing is left over after a resize, and a frame
 * is one synchronised update where the terminal knows them.
 */
export function openScreen(output: Output): Screen {
  let rows: readonly string[] | null = null
  let open = true
  // A terminal that goes away must not take the run with it.
  const ignore = () => {}
  output.on('error', ignore)
  output.write(ENTER)
  return {
    draw(next) {
      if (!open) return
      const before = rows ?? []
      const changes = Array.from({ length: Math.max(next.length, before.length) }, (_, i) => {
        const row = next[i] ?? ''
        // Erased first: erasing after a full row would take its last column on some terminals.
        return row === (before[i] ?? '') ? '' : `${ESC}${i + 1};1H${ESC}2K${row}`
      }).join('')
      const blank = rows === null ? BLANK : ''
      rows = next
      if (blank !== '' || changes !== '') output.write(`${ESC}?2026h${blank}${changes}${ESC}?2026l`)
    },
    forget() {
      rows = null
    },
    leave() {
      if (!open) return
      open = false
      if (output.writeLast === undefined) output.write(LEAVE)
      else output.writeLast(LEAVE)
      output.off('error', ignore)
    },
  }
}
