import type { RunEvent } from '../search/events.js'
import { emptyCrew, withTask } from './crew.js'
import { finalsOver, withFinalist } from './finalists.js'
import { withFlight } from './flying.js'
import { withLine } from './log.js'
import { paceAfter } from './pace.js'
import { plainLine } from './plain.js'
import { withRung } from './rung.js'
import { placesOf, withTold } from './told.js'
import { emptyView, type RunView } from './view.js'

export { emptyView, type RunView }

/** The view after one more event. Pure; its cost and the size of the result do not grow with the number of events. */
export function reduce(view: RunView, event: RunEvent): RunView {
  const next = folded(view, event)
  const flown = { ...next, flying: withFlight(next.flying, event), pace: paceAfter(next, event) }
  const text = plainLine(event, flown)
  if (text === null) return flown
  return { ...flown, log: withLine(flown.log, { at: event.at, text, isBad: isBad(event) }) }
}

function isBad(event: RunEvent): boolean {
  switch (event.type) {
    case 'trial-told':
    case 'climb-told':
      return event.state.kind === 'failed'
    case 'finalist-failed':
      return true
    case 'run-ended':
      return event.outcome === 'failed'
    default:
      return false
  }
}

function folded(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case 'run-started':
      // Worker threads and half-done finalists ended with the process that had them.
      return {
        ...view,
        run: event,
        phase: { kind: 'preparing', step: 'starting' },
        crew: emptyCrew,
        paused: false,
        finalists: view.finalists.filter(finalist => finalist.state.kind === 'done'),
      }
    case 'preparing':
      return { ...view, phase: { kind: 'preparing', step: event.step } }
    case 'sites-weighed':
      return { ...view, weights: event.sites }
    case 'sensitivity-measured':
      return { ...view, sensitivity: event.table }
    case 'baseline':
      return { ...view, baseline: event.report }
    case 'trial-begun':
      return { ...view, begun: Math.max(view.begun, event.trial + 1), phase: { kind: 'searching' } }
    case 'trial-told': {
      const next = withTold(view, event)
      const isLast = view.run !== null && next.told >= view.run.trials
      return { ...next, phase: isLast ? { kind: 'fine-tuning' } : { kind: 'searching' } }
    }
    case 'rung-begun':
    case 'climb-told': {
      const rung = withRung(view, event)
      const fails = event.type === 'climb-told' && event.state.kind === 'failed'
      return { ...view, rung, dropped: view.dropped + (fails ? 1 : 0), phase: { kind: 'climbing' } }
    }
    case 'finalist-begun':
    case 'finalist-progress':
    case 'finalist-told':
    case 'finalist-failed': {
      const next = { ...view, finalists: withFinalist(view, event) }
      return { ...next, phase: finalsOver(next) ? { kind: 'measuring' } : { kind: 'fine-tuning' } }
    }
    case 'task-begun':
      return { ...view, crew: withTask(view.crew, event, placesOf(view)) }
    case 'finalist-measured':
      return view
    case 'point-chosen': {
      const others = view.points.filter(({ point }) => point.asked !== event.point.asked)
      return { ...view, points: [...others, event] }
    }
    case 'chosen':
      return { ...view, chosen: { trial: event.trial, report: event.report, file: event.file } }
    case 'paused':
    case 'continued':
      return { ...view, paused: event.type === 'paused' }
    case 'restarted':
      return view
    case 'run-ended':
      return {
        ...view,
        paused: false,
        phase: { kind: 'ended', outcome: event.outcome, message: event.message },
      }
  }
}
