import { finalistCount } from './finalists.js'
import { oneLine } from './format.js'
import type { RunView } from './view.js'

/** Where the run stands, in words. */
export function phaseText(view: RunView): string {
  return view.paused ? `paused: ${runningText(view)}` : runningText(view)
}

function runningText(view: RunView): string {
  const { phase, run } = view
  switch (phase.kind) {
    case 'waiting':
      return 'starting'
    case 'preparing':
      return `preparing: ${oneLine(phase.step)}`
    case 'searching':
      return `${searchText(view)}: ${view.told} of ${run?.trials ?? '?'} trials told, ${view.begun - view.told} in flight`
    case 'climbing': {
      const { rung } = view
      if (rung === null) return 'climbing'
      return `rung ${rung.rung}: the best ${rung.trials} after ${rung.steps} steps of fine-tuning, ${rung.told} told`
    }
    case 'fine-tuning': {
      const count = finalistCount(view)
      const going = view.finalists.filter(({ state }) => state.kind === 'begun' || state.kind === 'training')
      if (going.length === 0) return `fine-tuning ${count} ${count === 1 ? 'finalist' : 'finalists'}`
      const ranks = going.map(({ rank }) => rank).join(', ')
      return `fine-tuning ${going.length === 1 ? 'finalist' : 'finalists'} ${ranks} of ${count}`
    }
    case 'measuring':
      return 'measuring the chosen model'
    case 'ended':
      return endText(phase)
  }
}

function searchText({ agent }: RunView): string {
  switch (agent?.phase) {
    case 'warm-up':
      return agent.warmUp === undefined ? 'warm-up' : `warm-up (the first ${agent.warmUp} are random)`
    case 'learning':
      return 'learning'
    case 'fixed':
    case undefined:
      return 'searching'
  }
}

/** How a run ended and why; a message that says how by itself is enough. */
export function endText({
  outcome,
  message,
}: {
  readonly outcome: string
  readonly message: string
}): string {
  const text = oneLine(message)
  if (text === '') return outcome
  return text.startsWith(outcome) ? text : `${outcome}: ${text}`
}
