import { type Look, looks, vegaShapes } from './figure.js'

/** Areas of the marks, px². */
const sizes: Readonly<Partial<Record<Look, number>>> = { trial: 30, chosen: 160, finalist: 80 }

/** A mark of points as all plots have it. */
export function pointMark(look: Look) {
  const { shape, color } = looks[look]
  const isFaint = look === 'trial'
  return {
    type: 'point',
    shape: vegaShapes[shape],
    size: sizes[look] ?? 50,
    color,
    filled: true,
    strokeWidth: 2,
    opacity: isFaint ? 0.7 : 1,
  } as const
}

/** A line that goes on level until the next point. */
export function stepMark(look: Look) {
  return {
    type: 'line',
    interpolate: 'step-after',
    color: looks[look].color,
    strokeWidth: 2,
    // The best so far may begin far below what is drawn.
    clip: true,
  } as const
}

/** The line of a limit. */
export const limitMark = {
  type: 'rule',
  color: looks.limit.color,
  strokeWidth: 1.5,
  strokeDash: [6, 4] as number[],
} as const

/** The line of what the original has. */
export const originalMark = {
  type: 'rule',
  color: looks.original.color,
  strokeWidth: 2,
  strokeDash: [1, 3] as number[],
} as const

/** What hovering over a mark shows of it. @param format of d3, where it is a number */
export function hovered(field: string, title: string, format?: string) {
  return format === undefined
    ? ({ field, type: 'nominal', title } as const)
    : ({ field, type: 'quantitative', title, format } as const)
}
