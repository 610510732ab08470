import type { TooltipHandler } from 'vega'
import { element } from './element.js'

/** Distance from the pointer, and from the edges of the window, px. */
const GAP = 12

/** Shows what lies under the pointer, as text alone: names come from files. */
export function createTooltip(): TooltipHandler {
  const box = element('div', [], { class: 'tooltip', 'aria-hidden': 'true' })
  box.hidden = true
  document.body.append(box)
  addEventListener('scroll', () => {
    box.hidden = true
  })
  return (_, event, __, value) => {
    box.hidden = value === null || value === undefined || value === ''
    if (box.hidden) return
    box.replaceChildren(...linesOf(value))
    const { clientX, clientY } = event instanceof TouchEvent ? event.touches[0]! : event
    const { width, height } = box.getBoundingClientRect()
    const right = clientX + GAP + width < innerWidth
    box.style.left = `${Math.max(GAP / 2, right ? clientX + GAP : clientX - GAP - width)}px`
    box.style.top = `${Math.max(GAP / 2, Math.min(clientY + GAP, innerHeight - height - GAP))}px`
  }
}

function linesOf(value: unknown): readonly Node[] {
  if (typeof value !== 'object' || value === null) return [element('div', String(value))]
  return Object.entries(value).map(([key, text]) =>
    element('div', [element('span', key), ' ', element('b', String(text))]),
  )
}
