import type { RunView } from '../view.js'
import { Row } from './lines.js'
import type { Theme } from './theme.js'

/** Who looks: the process that works on the run, or one that only watches it. */
export type Role = 'worker' | 'viewer'

/** One row: the keys, or that stopping is under way. */
export function Footer(props: {
  readonly view: RunView
  readonly role: Role
  readonly stopping: boolean
  readonly width: number
  readonly theme: Theme
}) {
  return <Row text={footerText(props)} tone="quiet" width={props.width} theme={props.theme} />
}

function footerText({ view, role, stopping, theme }: Parameters<typeof Footer>[0]): string {
  if (stopping && role === 'viewer') return 'closing'
  if (stopping) return `stopping: finishing the running trials${theme.glyphs.ellipsis}  Ctrl-C: at once`
  const quit = role === 'viewer' || view.phase.kind === 'ended' ? 'q close' : 'q stop (the run is saved)'
  if (view.phase.kind === 'ended') return `${quit}   r redraw`
  const detach = role === 'viewer' ? '' : '   d detach'
  return `${quit}${detach}   p ${view.paused ? 'continue' : 'pause'}   r redraw`
}
