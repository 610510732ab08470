import type { RunEvent } from '../search/events.js'
import type { FinalistView, RunView } from './view.js'

export type FinalistEvent = Extract<
  RunEvent,
  { type: 'finalist-begun' | 'finalist-progress' | 'finalist-told' | 'finalist-failed' }
>

/** The finalists after one more event, by rank. */
export function withFinalist(view: RunView, event: FinalistEvent): readonly FinalistView[] {
  const known = view.finalists.find(({ trial }) => trial === event.trial) ?? unseen(view, event.trial)
  const others = view.finalists.filter(({ trial }) => trial !== event.trial)
  return [...others, changed(known, event)].sort((a, b) => a.rank - b.rank)
}

/** A finalist of which nothing was told yet; the beginning is not stored, so a viewer takes it from the trials. */
function unseen({ leaders, finalists }: RunView, trial: number): FinalistView {
  const place = leaders.findIndex(leader => leader.trial === trial)
  const next = Math.max(leaders.length, ...finalists.map(({ rank }) => rank)) + 1
  return {
    trial,
    rank: place === -1 ? next : place + 1,
    policy: leaders[place]?.policy ?? null,
    before: leaders[place]?.evaluation ?? null,
    after: null,
    state: { kind: 'begun' },
  }
}

function changed(finalist: FinalistView, event: FinalistEvent): FinalistView {
  switch (event.type) {
    case 'finalist-begun':
      return {
        ...finalist,
        rank: event.rank,
        policy: event.policy,
        before: event.before,
        state: { kind: 'begun' },
      }
    case 'finalist-progress': {
      const { epoch, epochs, step, steps, loss } = event
      const previous = finalist.state.kind === 'training' ? finalist.state.step : 0
      return { ...finalist, state: { kind: 'training', epoch, epochs, step, previous, steps, loss } }
    }
    case 'finalist-told':
      return {
        ...finalist,
        before: event.before ?? finalist.before,
        after: event.after,
        state: { kind: 'done' },
      }
    case 'finalist-failed':
      return { ...finalist, state: { kind: 'failed', reason: event.reason } }
  }
}

/** How many finalists there will be: as many as were asked for, at least one, at most the distinct finished trials. */
export function finalistCount(view: RunView): number {
  const { run, finished, cached, failed, dropped, finalists, told } = view
  const wanted = Math.max(1, run?.finalists ?? 1)
  // A viewer that did not see every trial told cannot know how many are distinct.
  const distinct = told === finished + failed ? finished - cached - dropped : wanted
  return Math.max(finalists.length, Math.min(wanted, Math.max(1, distinct)))
}

function isOver({ state }: FinalistView): boolean {
  return state.kind === 'done' || state.kind === 'failed'
}

export function finalsOver(view: RunView): boolean {
  return view.finalists.filter(isOver).length >= finalistCount(view)
}

/** The part of all fine-tuning that is done, in [0,1]. */
export function finalsShare(view: RunView): number {
  const shares = view.finalists.map(finalist => {
    if (isOver(finalist)) return 1
    const { state } = finalist
    return state.kind === 'training' && state.steps > 0 ? Math.min(1, state.step / state.steps) : 0
  })
  return shares.reduce((sum, share) => sum + share, 0) / finalistCount(view)
}
