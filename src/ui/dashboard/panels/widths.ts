import type { DecisionKind } from '../../../compress/policy.js'
import { percent } from '../../format.js'
import { leader } from '../../leader.js'
import { sitesOf } from '../../sites.js'
import { type Block, clipStart, columnsOf, padEnd, panel, row } from '../block.js'
import type { Size } from '../layout.js'
import type { Scene } from '../scene.js'
import { bar, shown } from '../theme.js'

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

/** What the leading policy decides, as bars: channels of groups and bits of layers, in decision order. */
export function widths({ view, theme }: Scene, size: Size): Block {
  const sites = sitesOf(view.run)
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
  const name = Math.min(Math.max(0, ...rows.map(row => columnsOf(row.name))), Math.floor(size.width * 0.4))
  // A space, the bar, a space, the count, a space and " 100 %".
  const length = Math.max(4, size.width - name - count - 8)
  const lines = visible.map(({ name: label, share, count: text }) => {
    const start = padEnd(clipStart(label, name, theme), name)
    const end = share === null ? '' : percent(share, 0).padStart(5)
    return row(`${start} ${bar(share ?? 0, length, theme)} ${text.padStart(count)} ${end}`)
  })
  const more = rows.length - visible.length
  const bits = sites.some(({ kind }) => kind !== 'keep')
  const what = bits
    ? [...new Set(['channels', ...sites.map(({ kind }) => nouns[kind])])].join(' and ')
    : 'channels'
  const title = of === null ? what : bits ? `${what} of #${of.trial}` : `channels kept by #${of.trial}`
  return panel(title, more > 0 ? [...lines, row(`+${more} more`)] : lines, size, theme)
}
