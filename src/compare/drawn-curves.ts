import type { Axis, CurvePoint } from './curve.js'
import type { ComparisonResult } from './result.js'

/** A group's curve, accuracies as fractions. */
export interface NamedCurve {
  readonly group: string
  readonly points: readonly CurvePoint[]
}

/** What the search had found by this share of what was spent is where a curve begins to tell. */
const START = 0.1

/** The curves, those of searches that are over up to the end of the longest, as they keep their best. */
export function drawnCurves(groups: ComparisonResult['groups'], by: Axis): readonly NamedCurve[] {
  const curves = groups.map(({ group, evaluations, byTime, byEvaluations }) => ({
    group,
    isOver: evaluations.told === evaluations.planned,
    points: by === 'time' ? byTime : byEvaluations,
  }))
  const end = endOf(curves)
  return curves.map(({ group, isOver, points }) => {
    const last = points.at(-1)
    const isShort = by === 'time' && isOver && last !== undefined && last.spent < end
    return { group, points: isShort ? [...points, { ...last, spent: end }] : points }
  })
}

/** The most that any spent; 0 where there is no point. */
export function endOf(curves: readonly Pick<NamedCurve, 'points'>[]): number {
  return Math.max(0, ...curves.map(({ points }) => points.at(-1)?.spent ?? 0))
}

/**
 * Below which accuracy nothing need be drawn: the first trials are far below all others, so that what a tenth of the way has
 * brought is what a chart begins with.
 */
export function floorOf(curves: readonly NamedCurve[]): number {
  const end = endOf(curves)
  return Math.min(
    ...curves.flatMap(({ points }) => {
      const start = points.findLast(({ spent }) => spent <= end * START) ?? points[0]
      return start === undefined ? [] : [start.median]
    }),
  )
}
