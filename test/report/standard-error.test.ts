import { expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { standardError } from '../../src/report/standard-error.js'

it('is the spread of the share over samples drawn anew', () => {
  const random = randomStream(1, 0, 'standard error')
  const [n, share, draws] = [400, 0.85, 4000]
  const shares = Array.from({ length: draws }, () => {
    let right = 0
    for (let i = 0; i < n; i++) if (random.uniform() < share) right++
    return right / n
  })
  const mean = shares.reduce((sum, value) => sum + value, 0) / draws
  const spread = Math.sqrt(shares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws)
  const error = standardError({ metric: 'top1', score: share, loss: 1, n })
  expect(Math.abs(error! / spread - 1)).toBeLessThan(0.05)
})

it('is not known of what is no share of samples', () => {
  expect(standardError({ metric: 'f1', score: 0.8, loss: 1, n: 100 })).toBeNull()
  expect(standardError({ metric: 'top1', score: 0.8, loss: 1, n: 0 })).toBeNull()
  const outputs = { a: { score: 0.8, loss: 1 } }
  expect(standardError({ metric: 'top1', score: 0.8, loss: 1, n: 100, outputs })).toBeNull()
})
