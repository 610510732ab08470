import { expect, it } from 'vitest'
import { crowdedOrder, crowdingDistances, frontRanks } from '../../agents/dominance.js'
import { dominates, type Objectives } from '../../src/dominance.js'
import { randomStream } from '../../src/random.js'

/** Takes the front that nothing left dominates off, again and again. */
function slowRanks(all: readonly Objectives[]): number[] {
  const ranks = all.map(() => -1)
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = all.flatMap((_, i) => (ranks[i] === -1 ? [i] : []))
    const isBeaten = (i: number) =>
      left.some(j => {
        const differences = all[j]!.map((value, aim) => value - all[i]![aim]!)
        return Math.min(...differences) >= 0 && Math.max(...differences) > 0
      })
    for (const i of left.filter(i => !isBeaten(i))) ranks[i] = rank
  }
  return ranks
}

const random = randomStream(1, 0, 'dominance')

/** On a coarse grid, so that there are many ties. */
function drawPoints(count: number, aims: number): Objectives[] {
  return Array.from({ length: count }, () => Array.from({ length: aims }, () => random.below(6) / 5))
}

it('sorts random points into the fronts that peeling gives', () => {
  for (let round = 0; round < 200; round++) {
    const points = drawPoints(random.below(30), 1 + random.below(4))
    expect(frontRanks(points)).toEqual(slowRanks(points))
  }
})

it('never has two points dominate each other, nor one itself', () => {
  for (let round = 0; round < 500; round++) {
    const [a, b] = drawPoints(2, 2) as [Objectives, Objectives]
    expect(dominates(a, a)).toBe(false)
    expect(dominates(a, b) && dominates(b, a)).toBe(false)
  }
})

it('measures how far apart neighbours on a front are', () => {
  const front = [
    [0, 10],
    [1, 6],
    [3, 5],
    [4, 0],
  ]
  const end = Number.POSITIVE_INFINITY
  // Neighbours of the second are 3 of 4 and 5 of 10 apart; those of the third 3 of 4 and 6 of 10.
  expect(crowdingDistances(front)).toEqual([end, 0.75 + 0.5, 0.75 + 0.6, end])
})

it('orders by front, then by room', () => {
  for (let round = 0; round < 50; round++) {
    const points = drawPoints(20, 2)
    const [ranks, places] = [frontRanks(points), crowdedOrder(points)]
    expect(places.toSorted((a, b) => a - b)).toEqual(points.map((_, i) => i))
    for (const i of places.keys())
      for (const j of places.keys()) if (ranks[i]! < ranks[j]!) expect(places[i]!).toBeLessThan(places[j]!)
  }
  expect(
    crowdedOrder([
      [0, 10],
      [3, 5],
      [1, 6],
      [4, 0],
      [0, 0],
    ]),
  ).toEqual([0, 2, 3, 1, 4])
})

it('gives an unknown value its place below all others', () => {
  const worst = Number.NEGATIVE_INFINITY
  expect(
    crowdedOrder([
      [worst, 0.2],
      [0.5, 0.3],
      [0.6, 0.1],
    ]).at(0),
  ).toBe(2)
})
