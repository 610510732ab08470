import { expect, it } from 'vitest'
import { dominates } from '../../src/dominance.js'
import { randomStream } from '../../src/random.js'
import { type Front, type FrontPoint, withCandidate } from '../../src/ui/front.js'

/** Every point that no other betters; of equals the first. */
function slowFront(points: readonly FrontPoint[]): Front {
  const aims = ({ cost, score }: FrontPoint) => [score, -cost]
  return points
    .filter(
      (point, i) =>
        !points.some(
          (other, j) =>
            dominates(aims(other), aims(point)) ||
            (j < i && other.cost === point.cost && other.score === point.score),
        ),
    )
    .sort((a, b) => a.cost - b.cost)
}

it('is that of comparing all with all, over random trials with many equals', () => {
  const random = randomStream(1, 0, 'front').uniform
  for (let round = 0; round < 50; round++) {
    const points = Array.from({ length: 60 }, (_, trial) => ({
      trial,
      cost: Math.floor(random() * 20),
      score: Math.floor(random() * 15),
    }))
    let front: Front = []
    for (const [i, point] of points.entries()) {
      front = withCandidate(front, point)
      expect(front).toEqual(slowFront(points.slice(0, i + 1)))
    }
  }
})

it('is the same array where nothing changes, and takes no point without figures', () => {
  const front = withCandidate([], { trial: 0, cost: 2, score: 2 })
  expect(withCandidate(front, { trial: 1, cost: 3, score: 1 })).toBe(front)
  expect(withCandidate(front, { trial: 1, cost: Number.NaN, score: 3 })).toBe(front)
  expect(withCandidate(front, { trial: 1, cost: 1, score: Number.NaN })).toBe(front)
})
