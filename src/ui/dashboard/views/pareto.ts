import { costLabels, costText } from '../../cost-text.js'
import { percent, short } from '../../format.js'
import type { Front } from '../../front.js'
import { eachScored } from '../../history.js'
import type { CostName } from '../../history-row.js'
import { unitOf } from '../../limited.js'
import { axisCost } from '../axis.js'
import { aligned, type Block, beside, panel, row } from '../block.js'
import { GAP, type Size } from '../layout.js'
import { type Layer, type Plane, type Point, plane } from '../plane.js'
import type { Scene } from '../scene.js'

/** Columns of the list of the front. */
const LIST = 44

/** Score over cost of all trials, with those that none betters, and the finalists after fine-tuning. */
export function pareto(scene: Scene, size: Size): Block {
  const { view, ui, theme } = scene
  const cost = axisCost(view, ui.axis)
  const front = view.fronts[cost] ?? []
  const label = cost === 'bytes' ? 'bytes of the file' : costLabels[cost]
  const title = `val over ${label}: ${front.length} of ${view.finished - view.cached} trials on the front`
  if (front.length === 0)
    return panel(`val over ${label}`, [row('a plot from the first finished trial on')], size, theme)
  const hasList = size.width >= 100
  const width = hasList ? size.width - LIST - GAP : size.width
  const plot = panel(
    title,
    drawn(scene, cost, front, { width, height: size.height - 1 }),
    { ...size, width },
    theme,
  )
  return hasList ? beside(plot, list(scene, cost, front, { ...size, width: LIST }), width + GAP) : plot
}

function drawn(scene: Scene, cost: CostName, front: Front, size: Size): Block {
  const { view, theme } = scene
  const cloud: Point[] = []
  eachScored(view.history, cost, (x, y) => cloud.push({ x, y }))
  const tuned = view.finalists.flatMap(({ after }): Point[] => {
    const [x, y] = [after?.cost[cost], after?.scores.val?.score]
    return x === undefined || y === undefined ? [] : [{ x, y }]
  })
  const limit = view.run?.budgets.find(({ kind }) => kind === cost)?.limit
  const scale = scaleOf([...cloud, ...tuned], limit, scene, cost)
  const marks = front.map(({ cost, score }): Point => ({ x: cost, y: score }))
  const best = view.best === null ? [] : [view.best.evaluation]
  const bests = best.flatMap(({ cost: costs, scores }): Point[] => [
    { x: costs[cost] ?? Number.NaN, y: scores.val?.score ?? Number.NaN },
  ])
  const { glyphs } = theme
  const layers: readonly Layer[] = [
    { points: limit === undefined ? [] : upright(limit, scale, size), tone: 'second', mark: glyphs.limit },
    { points: cloud, tone: 'quiet' },
    { points: steps(front, scale, size), tone: 'good' },
    { points: marks, tone: 'good', mark: glyphs.point },
    { points: bests, tone: 'strong', mark: 'B' },
    { points: tuned, tone: 'first', mark: 'F' },
  ]
  const known = [
    `${glyphs.point} front`,
    'B best',
    ...(tuned.length > 0 ? ['F fine-tuned'] : []),
    ...(limit === undefined ? [] : [`${glyphs.limit} budget ${costText(cost, limit, unitOf(view, cost))}`]),
    ...originalText(scene),
  ]
  return [
    ...plane(scale, layers, { width: size.width, height: size.height - 1 }, theme),
    row(known.join('   '), 'quiet'),
  ]
}

function originalText({ view: { baseline } }: Scene): readonly string[] {
  const score = baseline?.scores.val?.score
  return score === undefined ? [] : [`original ${percent(score)}`]
}

/** A little more than all points and the limit; a scale of one value is made wider. */
function scaleOf(
  points: readonly Point[],
  limit: number | undefined,
  { view }: Scene,
  cost: CostName,
): Plane {
  const span = (values: Iterable<number>, least: number): readonly [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)]
    const missing = Math.max(0, least - (high - low)) / 2
    return [low - missing, high + missing]
  }
  const costs = points.map(({ x }) => x)
  if (limit !== undefined) costs.push(limit)
  const scores = points.map(({ y }) => y)
  const isDevice = unitOf(view, cost) !== undefined || cost === 'latency' || cost === 'energy'
  return {
    x: span(costs, Math.abs(costs[0] ?? 1) * 0.01),
    y: span(scores, 0.001),
    xText: value => (isDevice ? costText(cost, value, unitOf(view, cost)) : short(value)),
    yText: value => percent(value),
  }
}

/** Points along a line from below to above. */
function upright(x: number, { y: [low, high] }: Plane, { height }: Size): readonly Point[] {
  return Array.from({ length: height }, (_, i) => ({
    x,
    y: low + ((high - low) * i) / Math.max(1, height - 1),
  }))
}

/** The best score for at most so much, at every dot of the plot from the front's first point on. */
function steps(front: Front, { x: [low, high] }: Plane, { width }: Size): readonly Point[] {
  const count = width * 2
  return Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count).flatMap(x => {
    const reached = front.findLast(({ cost }) => cost <= x)
    return reached === undefined ? [] : [{ x, y: reached.score }]
  })
}

/** The front from its best score down. */
function list({ view, theme }: Scene, cost: CostName, front: Front, size: Size): Block {
  const whole = view.baseline?.cost[cost]
  const lines = front
    .toReversed()
    .map(({ trial, cost: value, score }) => [
      `#${trial}`,
      percent(score),
      costText(cost, value, unitOf(view, cost)),
      whole === undefined ? '' : percent(value / whole, 1),
    ])
  const head = ['trial', 'val', cost === 'bytes' ? cost : costLabels[cost], 'of orig.']
  const [top = '', ...texts] = aligned([head, ...lines], ['right', 'right', 'right', 'right'])
  const room = size.height - 2
  const seen = texts.length > room ? [...texts.slice(0, room - 1), `+${texts.length - room + 1} more`] : texts
  return panel('the front, best first', [row(top, 'quiet'), ...seen.map(text => row(text))], size, theme)
}
