import { duration, percent, whole } from '../format.js'
import { phaseText, type RunView, timeLeft, trialsPerSecond } from '../state.js'
import { Line, Panel } from './box.js'

/** A bar of `width` columns; ASCII, because it must line up everywhere. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width)
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`
}

/** Which run, who chooses, what phase. */
export function Header({ view, width }: { readonly view: RunView; readonly width: number }) {
  const { started } = view
  if (started === null) return <Line>pare: starting</Line>
  const how = `agent ${started.agent}, seed ${started.seed}, backend ${started.backend}`
  return (
    <Panel title={`pare ${started.run}`} width={width}>
      <Line>{`${started.model}  ${how}`}</Line>
      <Line>{phaseText(view)}</Line>
    </Panel>
  )
}

/** How far the search is, with the time it will still take. */
export function ProgressLine({ view, width }: { readonly view: RunView; readonly width: number }) {
  const total = view.started?.trials ?? 0
  const told = view.finished + view.failed
  const rate = trialsPerSecond(view)
  const left = timeLeft(view)
  const counts = `${told}/${total}  cached ${view.cached}  failed ${view.failed}`
  const pace = rate === null ? '' : `  ${rate.toFixed(1)}/s`
  const rest = left === null ? '' : `  ${duration(left)} left`
  const text = `${counts}${pace}${rest}`
  return <Line>{`${bar(total > 0 ? told / total : 0, Math.max(10, width - text.length - 4))} ${text}`}</Line>
}

/** The best so far beside the original, and whether the budgets hold. */
export function BestPanel({ view, width }: { readonly view: RunView; readonly width: number }) {
  const { baseline, best, chosen, started } = view
  const shown = chosen?.report ?? best?.evaluation
  const row = (name: string, from: string, to: string) => (
    <Line key={name}>{`${name.padEnd(10)}${from.padStart(14)}${to.padStart(14)}`}</Line>
  )
  const counts = [
    ['MACs', 'macs'],
    ['params', 'params'],
    ['bytes', 'bytes'],
  ] as const
  return (
    <Panel
      title={
        chosen === null
          ? `Best so far${best === null ? '' : ` (trial ${best.trial})`}`
          : `Chosen (trial ${chosen.trial})`
      }
      width={width}
    >
      {row('', 'original', chosen === null ? 'best' : 'chosen')}
      {row(
        'val',
        percent(baseline?.scores.val?.top1 ?? 0),
        shown === undefined ? '-' : percent(shown.scores.val?.top1 ?? 0),
      )}
      {counts.map(([name, key]) =>
        row(name, whole(baseline?.cost[key] ?? 0), shown === undefined ? '-' : whole(shown.cost[key])),
      )}
      {(started?.budgets ?? []).map(({ kind, limit }) => {
        const value = shown?.cost[kind]
        const state = value === undefined ? 'open' : value <= limit ? 'met' : 'MISSED'
        return <Line key={kind}>{`budget    ${kind} <= ${whole(limit)}: ${state}`}</Line>
      })}
    </Panel>
  )
}
