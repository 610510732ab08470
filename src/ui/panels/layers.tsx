import { fitText } from '../format.js'
import type { RunView } from '../state.js'
import { Line, Panel } from './box.js'
import { bar } from './overview.js'

/** How much of each group the best policy keeps. */
export function LayersPanel({
  view,
  width,
  height,
}: {
  readonly view: RunView
  readonly width: number
  readonly height: number
}) {
  const groups = view.started?.groups ?? []
  const keep = view.best?.policy.keep ?? {}
  const shown = groups.length > height - 1 ? groups.slice(0, Math.max(0, height - 2)) : groups
  const name = Math.max(8, Math.min(28, width - 34))
  return (
    <Panel title="Channels kept by the best policy" width={width}>
      {shown.map(group => {
        const kept = keep[group.name]
        const share = kept === undefined ? 0 : kept / group.size
        return (
          <Line
            key={group.name}
          >{`${fitText(group.name, name)} ${bar(share, 16)} ${kept ?? '-'}/${group.size}`}</Line>
        )
      })}
      {shown.length < groups.length ? <Line dim>{`+${groups.length - shown.length} more`}</Line> : null}
    </Panel>
  )
}
