/** One point: the moving average of the reward, and the best reward up to there. */
export interface CurvePoint {
  /** Number of the last trial that the point stands for. */
  readonly trial: number
  readonly mean: number
  readonly best: number
}

/** Reward over the finished trials, in at most `maxPoints` points however many trials there are. */
export interface Curve {
  /** Complete points, each standing for `perPoint` finished trials. */
  readonly points: readonly CurvePoint[]
  readonly perPoint: number
  /** The point that is not complete yet; `sum` of the moving average over `count` trials. */
  readonly open: {
    readonly trial: number
    readonly sum: number
    readonly count: number
    readonly best: number
  } | null
  /** Rewards of the newest finished trials, at most `averaged`. */
  readonly newest: readonly number[]
}

/** Over how many finished trials the reward is averaged. */
export const averaged = 10

/** Wider than any chart, so that merging points is never seen. */
export const maxPoints = 512

export const emptyCurve: Curve = { points: [], perPoint: 1, open: null, newest: [] }

/** The curve after one more finished trial. */
export function withReward(curve: Curve, trial: number, reward: number): Curve {
  const newest = [...curve.newest.slice(1 - averaged), reward]
  const average = newest.reduce((sum, value) => sum + value, 0) / newest.length
  const before = curve.open?.best ?? curve.points.at(-1)?.best ?? reward
  const open = {
    trial,
    sum: (curve.open?.sum ?? 0) + average,
    count: (curve.open?.count ?? 0) + 1,
    best: Math.max(before, reward),
  }
  if (open.count < curve.perPoint) return { ...curve, open, newest }
  const points = [...curve.points, { trial, mean: open.sum / open.count, best: open.best }]
  const closed = { points, perPoint: curve.perPoint, open: null, newest }
  return points.length < maxPoints
    ? closed
    : { ...closed, points: halved(points), perPoint: curve.perPoint * 2 }
}

/** Every two points as one. */
function halved(points: readonly CurvePoint[]): CurvePoint[] {
  return points.flatMap((second, i) => {
    const first = points[i - 1]
    return i % 2 === 0 || first === undefined ? [] : [{ ...second, mean: (first.mean + second.mean) / 2 }]
  })
}

/** All points in trial order, the open one included. */
export function curvePoints({ points, open }: Curve): readonly CurvePoint[] {
  return open === null
    ? points
    : [...points, { trial: open.trial, mean: open.sum / open.count, best: open.best }]
}
