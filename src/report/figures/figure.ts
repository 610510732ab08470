import { compile, type TopLevelSpec } from 'vega-lite'
import { axisStyle } from '../axis-style.js'
import type { Html } from '../html.js'
import { okabeIto } from '../okabe-ito.js'

/** How a mark looks in the key beside a plot. */
export type KeyShape = 'circle' | 'cross' | 'diamond' | 'triangle' | 'line' | 'dashes' | 'dots'

export interface KeyEntry {
  readonly shape: KeyShape
  readonly color: string
  /** Dashes of a line and gaps between them, px; none of one without. */
  readonly dash?: readonly number[]
  readonly text: string
}

/** A plot with all that the page says of it. */
export interface Figure {
  /** Of its element; letters, digits and hyphens. */
  readonly id: string
  readonly title: string
  /** What it shows, for those who do not see it. */
  readonly description: string
  readonly key: readonly KeyEntry[]
  /** What is left out, or how to read it; empty where nothing is to be said. */
  readonly note: string
  /** A Vega specification. */
  readonly spec: object
  /** Its figures as a table, where they are not on the page already. */
  readonly table: Html | null
}

/** What marks mean, in all plots alike, each by colour and by shape. */
export const looks = {
  trial: { shape: 'circle', color: okabeIto[5] },
  best: { shape: 'line', color: okabeIto[1] },
  front: { shape: 'line', color: okabeIto[0] },
  finalist: { shape: 'triangle', color: okabeIto[2] },
  chosen: { shape: 'diamond', color: okabeIto[1] },
  original: { shape: 'dots', color: okabeIto[6] },
  failed: { shape: 'cross', color: okabeIto[6] },
  limit: { shape: 'dashes', color: okabeIto[6] },
} as const satisfies Record<string, Omit<KeyEntry, 'text'>>

export type Look = keyof typeof looks

/** Names of shapes as Vega has them. */
export const vegaShapes = {
  circle: 'circle',
  cross: 'cross',
  diamond: 'diamond',
  triangle: 'triangle-up',
  line: 'stroke',
  dashes: 'stroke',
  dots: 'stroke',
} as const satisfies Record<KeyShape, string>

/** What a plot leaves out, in words. */
export function omitted(below: number, floor: string, isThinned: boolean): string {
  return [
    ...(below > 0 ? [`${below} ${below === 1 ? 'trial' : 'trials'} below ${floor} not drawn.`] : []),
    ...(isThinned ? ['Of trials that would lie on each other the first is drawn.'] : []),
  ].join(' ')
}

/** Height of the plots, px. */
const HEIGHT = 280

/** A plot of one mark, or of several on each other. */
type PlotSpec = Extract<TopLevelSpec, { readonly mark: unknown }> | Extract<TopLevelSpec, { layer: unknown }>

/** A Vega-Lite specification, as wide as the page lets it be, as Vega. What it shows is said by the page around it. */
export function vegaSpec(parts: PlotSpec): object {
  return compile({
    height: HEIGHT,
    ...parts,
    width: 'container',
    autosize: { type: 'fit-x', contains: 'padding' },
    config: {
      aria: false,
      background: 'transparent',
      font: 'system-ui, sans-serif',
      view: { stroke: null },
      axis: { ...axisStyle, titleFontSize: 12, labelOverlap: true },
    },
  }).spec
}
