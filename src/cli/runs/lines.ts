import type { RunEvent } from '../../search/events.js'
import type { RunOverview } from '../../search/run-store.js'
import { plainLine } from '../../ui/plain.js'
import { emptyView, type RunView, reduce } from '../../ui/state.js'

/** Writes one line an event to stderr. @param before what is known of the run already */
export function writeLines(before: RunView = emptyView): (event: RunEvent) => void {
  let view = before
  return event => {
    view = reduce(view, event)
    const line = plainLine(event, view)
    if (line !== null) process.stderr.write(`${line}\n`)
  }
}

/** What lines tell of a run's past, without reading all of it: where it stands, and its best trial. */
export async function pastOf(store: RunOverview): Promise<RunView> {
  const view = (await store.milestones()).reduce(reduce, emptyView)
  const [best] = await store.best(1)
  if (best?.state.kind !== 'finished') return view
  const { evaluation, reward } = best.state
  return { ...view, best: { trial: best.number, policy: best.policy, evaluation, reward } }
}
