import type { RunEvent } from '../../search/events.js'
import { plainLine } from '../../ui/plain.js'
import { emptyView, reduce } from '../../ui/state.js'

/**
 * Writes one line an event to stderr.
 * @param before what happened before, already shown once: folded in, but not written again
 */
export function writeLines(before: readonly RunEvent[]): (event: RunEvent) => void {
  let view = before.reduce(reduce, emptyView)
  return event => {
    view = reduce(view, event)
    const line = plainLine(event, view)
    if (line !== null) process.stderr.write(`${line}\n`)
  }
}
