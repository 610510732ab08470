import type { DecisionKind } from '../../compress/policy.js'
import type { SiteSummary } from '../../search/events.js'
import { clipStart, percent } from '../format.js'
import { leader } from '../leader.js'
import type { RunView } from '../view.js'
import type { Size } from './layout.js'
import { Panel } from './lines.js'
import { bar, shown, type Theme } from './theme.js'

/** What stands behind the name of what is decided. */
const units = {
  keep: '',
  blocks: ' block',
  rank: ' rank',
  weightBits: ' weights',
  activationBits: ' values',
} as const satisfies Record<DecisionKind, string>

/** What a policy is called that decides such things. */
const nouns = {
  keep: 'channels',
  blocks: 'blocks',
  rank: 'ranks',
  weightBits: 'bits',
  activationBits: 'bits',
} as const satisfies Record<DecisionKind, string>

/** What the leading policy decides: channels of groups and bits of layers, in decision order. */
export function Layers({
  view,
  size,
  theme,
}: {
  readonly view: RunView
  readonly size: Size
  readonly theme: Theme
}) {
  const sites: readonly SiteSummary[] =
    view.run?.sites ?? view.run?.groups.map(({ name, size }) => ({ kind: 'keep', name, most: size })) ?? []
  const best = leader(view)
  const of = best?.policy === null || best === null ? view.best : { trial: best.trial, policy: best.policy }
  const rows = sites.map(({ kind, name, most }) => {
    const value = of?.policy[kind]?.[name]
    const share = value === undefined ? null : value / most
    return { name: `${shown(name, theme)}${units[kind]}`, count: `${value ?? '-'}/${most}`, share }
  })
  const room = size.height - 1
  const visible = rows.length > room ? rows.slice(0, Math.max(0, room - 1)) : rows
  const count = Math.max(0, ...rows.map(row => row.count.length))
  const name = Math.min(Math.max(0, ...rows.map(row => [...row.name].length)), Math.floor(size.width * 0.4))
  // A space, the bar, a space, the count, a space and " 100 %".
  const length = Math.max(4, size.width - name - count - 8)
  const lines = visible.map(row => {
    const label = clipStart(row.name, name, theme.glyphs.ellipsis)
    const share = row.share === null ? '' : percent(row.share, 0).padStart(5)
    const padding = ' '.repeat(Math.max(0, name - [...label].length))
    return {
      text: `${label}${padding} ${bar(row.share ?? 0, length, theme)} ${row.count.padStart(count)} ${share}`,
    }
  })
  const more = rows.length - visible.length
  const bits = sites.some(({ kind }) => kind !== 'keep')
  const what = bits
    ? [...new Set(['channels', ...sites.map(({ kind }) => nouns[kind])])].join(' and ')
    : 'channels'
  const title = of === null ? what : bits ? `${what} of #${of.trial}` : `channels kept by #${of.trial}`
  return (
    <Panel
      title={title}
      lines={more > 0 ? [...lines, { text: `+${more} more` }] : lines}
      size={size}
      theme={theme}
    />
  )
}
