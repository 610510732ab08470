import type { Evaluation } from '../evaluate/evaluation.js'
import type { RunEvent } from '../search/events.js'
import { costLabels, costText } from './cost-text.js'
import { finalistCount } from './finalists.js'
import { milliseconds, oneLine, percent, whole } from './format.js'
import { limitedCosts, unitOf } from './limited.js'
import { endText } from './phase-text.js'
import { scoreText } from './score-text.js'
import type { RunView } from './view.js'

/**
 * An event as one line without control codes, for pipes, logs and screen readers; null for one that deserves none.
 * `view` has the event already.
 */
export function plainLine(event: RunEvent, view: RunView): string | null {
  switch (event.type) {
    case 'run-started': {
      const limits = event.budgets.map(
        ({ kind, limit, original }) =>
          `${kind} <= ${whole(limit)} (${percent(limit / original, 1)} of ${whole(original)})`,
      )
      const { agent, seed, trials, workers, backend, maxDrop } = event
      if (maxDrop !== undefined)
        limits.push(`the least ${costLabels[maxDrop.minimize]} within ${maxDrop.limit} points of the score`)
      const how = `agent ${agent}, seed ${seed}, ${trials} trials, ${workers} workers, backend ${backend}`
      const what = `${oneLine(event.run)}: model ${oneLine(event.model)}`
      return [`${event.resumed ? 'resumed' : 'started'} ${what}`, ...limits, how].join('; ')
    }
    case 'preparing':
      return `preparing: ${oneLine(event.step)}`
    case 'baseline': {
      const { latencyMs } = event.report
      const latency = latencyMs === null ? [] : [`latency ${milliseconds(latencyMs.median)}`]
      return ['original', ...facts(event.report, view, null), ...latency].join('  ')
    }
    case 'sites-weighed':
    case 'sensitivity-measured':
    case 'trial-begun':
    case 'task-begun':
      return null
    case 'trial-told':
      return trialLine(event, view)
    case 'rung-begun':
      return `rung ${event.rung}: the best ${event.trials} trials get ${event.steps} steps of fine-tuning`
    case 'climb-told':
      return climbLine(event, view)
    case 'finalist-begun': {
      const before = facts(event.before, view).join('  ')
      return `finalist ${event.rank}/${finalistCount(view)} (#${event.trial}) fine-tuning  before: ${before}`
    }
    case 'finalist-progress':
      return progressLine(event, view)
    case 'finalist-told': {
      const before = finalist(view, event.trial)?.before ?? null
      const was = before === null ? [] : [`val before ${percent(val(before))}`]
      return [`${finalistName(view, event.trial)} done`, ...was, ...facts(event.after, view)].join('  ')
    }
    case 'finalist-failed':
      return `${finalistName(view, event.trial)} failed: ${oneLine(event.reason)}`
    case 'finalist-measured': {
      const [latency, limit] = [event.latency, event.limit].map(value => costText('latency', value))
      const met = event.latency <= event.limit ? 'met' : 'NOT met'
      return `finalist #${event.trial} measured  latency ${latency}  limit ${limit} ${met}`
    }
    case 'point-chosen': {
      const { point, trial, report, file } = event
      return `${point.kind}=${point.asked} #${trial}  ${facts(report, view).join('  ')}  file ${oneLine(file)}`
    }
    case 'chosen': {
      const { latencyMs } = event.report
      const latency = latencyMs === null ? [] : [`latency ${milliseconds(latencyMs.median)}`]
      const all = [...facts(event.report, view), ...latency, `file ${oneLine(event.file)}`]
      return `chosen #${event.trial}  ${all.join('  ')}`
    }
    case 'paused':
      return 'paused: what is under way ends, nothing new begins'
    case 'continued':
      return 'continued'
    case 'restarted': {
      const { reason, suspects, backMs } = event
      const during = suspects.length === 0 ? '' : ` during ${suspects.join(', ')}`
      return `restarted after ${oneLine(reason)}${during}; back in ${milliseconds(backMs)}`
    }
    case 'run-ended':
      return endText(event)
  }
}

function trialLine(
  { trial, state }: Extract<RunEvent, { type: 'trial-told' }>,
  view: RunView,
): string | null {
  const name = `trial ${trial} (${trial + 1}/${view.run?.trials ?? '?'})`
  switch (state.kind) {
    case 'running':
      return null
    case 'failed':
      return `${name} failed: ${oneLine(state.reason)}`
    case 'finished': {
      const how = state.cachedFrom === null ? 'finished' : `finished, cached from #${state.cachedFrom}`
      const best =
        view.best === null ? [] : [`best ${percent(val(view.best.evaluation))} (#${view.best.trial})`]
      const figures = [...facts(state.evaluation, view), `reward ${state.reward.toFixed(4)}`, ...best]
      return `${name} ${how}  ${figures.join('  ')}`
    }
  }
}

function climbLine(
  { trial, rung, state }: Extract<RunEvent, { type: 'climb-told' }>,
  view: RunView,
): string | null {
  const { rung: standing } = view
  const name = `rung ${rung}, trial ${trial} (${standing?.told ?? '?'}/${standing?.trials ?? '?'})`
  switch (state.kind) {
    case 'running':
      return null
    case 'failed':
      return `${name} failed: ${oneLine(state.reason)}`
    case 'finished': {
      const best = standing?.best ?? null
      const leader = best === null ? [] : [`best ${percent(val(best.evaluation))} (#${best.trial})`]
      return [name, ...facts(state.evaluation, view), ...leader].join('  ')
    }
  }
}

/** About one line per tenth of a finalist's steps. */
function progressLine(event: Extract<RunEvent, { type: 'finalist-progress' }>, view: RunView): string | null {
  const { trial, step, steps, epoch, epochs, loss } = event
  const state = finalist(view, trial)?.state
  const tenth = (done: number) => Math.floor((done * 10) / steps)
  if (state?.kind !== 'training' || !(tenth(step) > tenth(state.previous))) return null
  return `${finalistName(view, trial)} step ${step}/${steps} (${percent(step / steps, 0)})  epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}`
}

function finalist(view: RunView, trial: number) {
  return view.finalists.find(other => other.trial === trial)
}

function finalistName(view: RunView, trial: number): string {
  return `finalist ${finalist(view, trial)?.rank ?? '?'}/${finalistCount(view)} (#${trial})`
}

function val({ scores }: Evaluation): number {
  return scores.val?.score ?? Number.NaN
}

/** Scores, and the costs that are limited, each also as a share of the original's where that is known. */
function facts(
  { scores, cost }: Evaluation,
  view: RunView,
  original: Evaluation | null = view.baseline,
): string[] {
  const shown = (['val', 'test'] as const).flatMap(split => {
    const score = scores[split]
    return score === undefined
      ? []
      : [`${scoreText(split, score)}${original === null ? ` (n ${whole(score.n)})` : ''}`]
  })
  const costs = limitedCosts(view).flatMap(kind => {
    const [value, whole] = [cost[kind], original?.cost[kind]]
    if (value === undefined) return []
    const share = whole === undefined ? '' : ` (${percent(value / whole, 1)})`
    return [`${costLabels[kind]} ${costText(kind, value, unitOf(view, kind))}${share}`]
  })
  return [...shown, ...costs]
}
