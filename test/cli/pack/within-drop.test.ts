import { expect, it } from 'vitest'
import { withinDrop } from '../../../src/cli/pack/within-drop.js'
import type { Sparsity } from '../../../src/compress/sparsity/sparsity.js'

/** Makes networks of these accuracies in turn, from such a share of zeros on, and says with which shares. */
async function search(share: number, accuracies: readonly number[], maxDrop?: number) {
  const shares: number[] = []
  const lines: string[] = []
  const make = async (target: Sparsity) => {
    if (target.kind === 'share') shares.push(target.share)
    return { accuracy: accuracies[shares.length - 1] ?? 0 }
  }
  const limit = { accuracy: 0.9, maxDrop }
  const made = await withinDrop({ kind: 'share', share }, limit, make, line => lines.push(line)).catch(
    (error: Error) => error,
  )
  return { made, shares: shares.map(value => Number(value.toFixed(6))), lines }
}

it('takes what comes without a limit', async () => {
  expect(await search(0.9, [0.1])).toEqual({ made: { accuracy: 0.1 }, shares: [0.9], lines: [] })
})

it('doubles what stays until the drop is small enough', async () => {
  const { made, shares, lines } = await search(0.95, [0.7, 0.8, 0.895, 0.9], 1)
  expect({ made, shares }).toEqual({ made: { accuracy: 0.895 }, shares: [0.95, 0.9, 0.8] })
  expect(lines).toEqual([
    'the validation score falls by 20.00 points: twice as many weights stay',
    'the validation score falls by 10.00 points: twice as many weights stay',
  ])
})

it.each([
  ['four tries', 0.95, [0.95, 0.9, 0.8, 0.6]],
  ['the last weights', 0.7, [0.7, 0.4]],
])('ends after %s', async (_, share, expected) => {
  const { made, shares } = await search(share, [0, 0, 0, 0, 0.9], 1)
  expect(shares).toEqual(expected)
  expect(String(made)).toBe(
    `BudgetError: the validation score falls by 90.00 points, more than --max-drop 1, after ${shares.length} tries`,
  )
})
