import { percent, whole } from '../format.js'
import type { FinalistView, RunView, ToldTrial } from '../state.js'
import { Line, Panel } from './box.js'

function trialText({ trial, state }: ToldTrial): string {
  const number = `#${trial}`.padEnd(7)
  switch (state.kind) {
    case 'running':
      return `${number}running`
    case 'failed':
      return `${number}failed    ${state.reason}`
    case 'finished': {
      const { scores, cost } = state.evaluation
      const cached = state.cachedFrom === null ? 'finished' : 'cached  '
      return `${number}${cached}  ${percent(scores.val?.top1 ?? 0).padStart(8)}  ${whole(cost.macs).padStart(12)} MACs`
    }
  }
}

/** The newest trials, newest first. */
export function TrialsPanel({
  view,
  width,
  height,
}: {
  readonly view: RunView
  readonly width: number
  readonly height: number
}) {
  const shown = view.recent.slice(-Math.max(1, height - 1)).reverse()
  return (
    <Panel title="Last trials" width={width}>
      {shown.map(told => (
        <Line key={told.trial}>{trialText(told)}</Line>
      ))}
    </Panel>
  )
}

function finalistText({ trial, before, after, step, steps, loss, failure }: FinalistView): string {
  const number = `#${trial}`.padEnd(7)
  const from = before === null ? '' : percent(before.scores.val?.top1 ?? 0)
  if (failure !== null) return `${number}failed    ${failure}`
  if (after !== null) return `${number}done      ${from} -> ${percent(after.scores.val?.top1 ?? 0)}`
  return `${number}step ${step}/${steps}  ${from}  loss ${loss?.toFixed(3) ?? '-'}`
}

/** The finalists and how far each is. */
export function FinalistsPanel({ view, width }: { readonly view: RunView; readonly width: number }) {
  return (
    <Panel title="Finalists" width={width}>
      {view.finalists.map(finalist => (
        <Line key={finalist.trial}>{finalistText(finalist)}</Line>
      ))}
    </Panel>
  )
}

/** What each worker thread does, and what the agent says of itself. */
export function WorkersPanel({ view, width }: { readonly view: RunView; readonly width: number }) {
  const { agent } = view
  const noise = agent?.noise === undefined ? '' : `  noise ${agent.noise.toFixed(3)}`
  const loss = agent?.criticLoss === undefined ? '' : `  critic loss ${agent.criticLoss.toFixed(4)}`
  return (
    <Panel title="Workers" width={width}>
      {view.workers.map(({ worker, trials, lastTrial, lastMs }) => (
        <Line
          key={worker}
        >{`${worker}: ${trials} trials, last #${lastTrial} in ${Math.round(lastMs)} ms`}</Line>
      ))}
      {agent === null ? null : <Line dim>{`agent: ${agent.phase}${noise}${loss}`}</Line>}
    </Panel>
  )
}
