import { costLabels, costText } from '../cost-text.js'
import { percent } from '../format.js'
import { limitedCosts, unitOf } from '../limited.js'
import { scoreLabel } from '../score-text.js'
import type { RunView, ToldTrial } from '../view.js'
import type { Size } from './layout.js'
import { type Line, Panel } from './lines.js'
import { shown, type Theme } from './theme.js'

/** The newest told trials, newest first: number, state in a word, and what came out. */
export function Trials({
  view,
  size,
  theme,
}: {
  readonly view: RunView
  readonly size: Size
  readonly theme: Theme
}) {
  const newest = view.recent.slice(-Math.max(1, size.height - 1)).reverse()
  const number = Math.max(0, ...newest.map(({ trial }) => `#${trial}`.length))
  const [kind = 'macs'] = limitedCosts(view)
  const digits = costText(kind, view.baseline?.cost[kind] ?? 0, unitOf(view, kind)).length
  const lines = newest.map(
    (told): Line => ({
      text: `${`#${told.trial}`.padStart(number)}  ${outcome(told, view, digits, size.width, theme)}`,
      tone: told.state.kind === 'failed' ? 'bad' : told.trial === view.best?.trial ? 'strong' : 'plain',
    }),
  )
  return <Panel title="last trials" lines={lines} size={size} theme={theme} />
}

function outcome(
  { trial, state }: ToldTrial,
  view: RunView,
  digits: number,
  width: number,
  theme: Theme,
): string {
  const { baseline, best } = view
  switch (state.kind) {
    case 'running':
      return 'running'
    case 'failed':
      return `failed    ${shown(state.reason, theme)}`
    case 'finished': {
      const { scores, cost } = state.evaluation
      const [kind = 'macs'] = limitedCosts(view)
      const [value = Number.NaN, whole] = [cost[kind], baseline?.cost[kind]]
      const share = whole === undefined ? [] : [percent(value / whole, 1).padStart(7)]
      return [
        state.cachedFrom === null ? 'finished' : 'cached  ',
        `${scoreLabel('val', scores.val)} ${percent(scores.val?.score ?? Number.NaN).padStart(8)}`,
        `${costLabels[kind]} ${costText(kind, value, unitOf(view, kind)).padStart(digits)}`,
        ...share,
        // Where there is no room for all, the reward goes: the validation score is at hand.
        ...(width < 76 ? [] : [`reward ${state.reward.toFixed(4)}`]),
        ...(trial === best?.trial ? ['best'] : state.cachedFrom === null ? [] : [`as #${state.cachedFrom}`]),
      ].join('  ')
    }
  }
}
