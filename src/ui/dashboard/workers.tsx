import { duration, milliseconds } from '../format.js'
import type { RunView } from '../view.js'
import type { Size } from './layout.js'
import { Panel } from './lines.js'
import type { Theme } from './theme.js'

/** What each worker thread did, and how many have told of nothing yet. */
export function Workers({
  view,
  size,
  theme,
}: {
  readonly view: RunView
  readonly size: Size
  readonly theme: Theme
}) {
  const { workers } = view
  const room = size.height - 1
  const shownOnes = workers.length > room ? workers.slice(0, Math.max(0, room - 1)) : workers
  const width = (texts: readonly string[]) => Math.max(0, ...texts.map(text => text.length))
  const columns = [
    workers.map(({ worker }) => `${worker}`),
    workers.map(({ trials }) => `${trials}`),
    workers.map(({ lastTrial }) => `#${lastTrial}`),
  ].map(width)
  const lines = shownOnes.map(({ worker, trials, lastTrial, lastMs }) => {
    const cells = [`${worker}`, `${trials}`, `#${lastTrial}`].map((text, i) => text.padStart(columns[i] ?? 0))
    return { text: `worker ${cells[0]}  ${cells[1]} trials  last ${cells[2]} in ${time(lastMs)}` }
  })
  const more = workers.length - shownOnes.length
  const silent = Math.max(0, (view.run?.workers ?? 0) - workers.length)
  const title = silent > 0 ? `workers (${silent} with no trial yet)` : 'workers'
  return (
    <Panel
      title={title}
      lines={more > 0 ? [...lines, { text: `+${more} more` }] : lines}
      size={size}
      theme={theme}
    />
  )
}

function time(ms: number): string {
  return ms < 10_000 ? milliseconds(Math.round(ms)).replace(/\.0+ /, ' ') : duration(ms)
}
