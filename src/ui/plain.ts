import type { RunEvent } from '../search/events.js'
import { milliseconds, percent, whole } from './format.js'
import type { RunView } from './state.js'

/** One line for an event, without control codes; null for one that deserves none. `view` already includes the event. */
export function plainLine(event: RunEvent, view: RunView): string | null {
  switch (event.type) {
    case 'run-started': {
      const limits = event.budgets.map(
        ({ kind, limit, original }) => `${kind} <= ${whole(limit)} of ${whole(original)}`,
      )
      const how = `agent ${event.agent}, seed ${event.seed}, ${event.trials} trials, ${event.workers} workers, backend ${event.backend}`
      return `${event.resumed ? 'resumed' : 'started'} ${event.run}: ${event.model}, ${limits.join(', ')}; ${how}`
    }
    case 'preparing':
      return `preparing: ${event.step}`
    case 'baseline': {
      const { scores, cost, latencyMs } = event.report
      const test = scores.test === undefined ? '' : `, test ${percent(scores.test.top1)} of ${scores.test.n}`
      const latency = latencyMs === null ? '' : `, ${milliseconds(latencyMs.median)}`
      return `original: val ${percent(scores.val?.top1 ?? 0)} of ${scores.val?.n ?? 0}${test}, ${whole(cost.macs)} MACs, ${whole(cost.bytes)} bytes${latency}`
    }
    case 'trial-begun':
      return null
    case 'trial-told':
      return trialLine(event, view)
    case 'finalist-begun':
      return `finalist ${event.rank} (trial ${event.trial}): fine-tuning, val before ${percent(event.before.scores.val?.top1 ?? 0)}`
    case 'finalist-progress': {
      const tenth = (step: number) => Math.floor((step * 10) / event.steps)
      if (tenth(event.step) === tenth(event.step - 1)) return null
      return `finalist (trial ${event.trial}): step ${event.step}/${event.steps}, epoch ${event.epoch}/${event.epochs}, loss ${event.loss.toFixed(4)}`
    }
    case 'finalist-told':
      return `finalist (trial ${event.trial}): val after ${percent(event.after.scores.val?.top1 ?? 0)}`
    case 'finalist-failed':
      return `finalist (trial ${event.trial}): failed: ${event.reason}`
    case 'chosen': {
      const { scores, cost } = event.report
      return `chosen: trial ${event.trial}, val ${percent(scores.val?.top1 ?? 0)}, test ${percent(scores.test?.top1 ?? 0)}, ${whole(cost.macs)} MACs: ${event.file}`
    }
    case 'run-ended':
      return `${event.outcome}: ${event.message}`
  }
}

function trialLine(
  { trial, state }: Extract<RunEvent, { type: 'trial-told' }>,
  view: RunView,
): string | null {
  const number = `trial ${trial} (${view.finished + view.failed}/${view.started?.trials ?? '?'})`
  switch (state.kind) {
    case 'running':
      return null
    case 'failed':
      return `${number} failed: ${state.reason}`
    case 'finished': {
      const { cost, scores } = state.evaluation
      const share = view.baseline === null ? '' : ` (${percent(cost.macs / view.baseline.cost.macs, 1)})`
      const cached = state.cachedFrom === null ? '' : ` cached from trial ${state.cachedFrom}`
      const best =
        view.best === null
          ? ''
          : `  best ${percent(view.best.evaluation.scores.val?.top1 ?? 0)} (trial ${view.best.trial})`
      return `${number} finished  val ${percent(scores.val?.top1 ?? 0)}  ${whole(cost.macs)} MACs${share}  reward ${state.reward.toFixed(4)}${best}${cached}`
    }
  }
}
