import { describe, expect, it } from 'vitest'
import { bestWithin, type Confirmed } from '../../../src/cli/search/confirm-latency.js'

const evaluation = { scores: {}, cost: { macs: 1, params: 1, bytes: 1, size: 1, bitops: 1 } }
const measured = (trial: number, latency: number): Confirmed => ({
  finalist: { trial, before: evaluation, after: evaluation, file: `models/trial-${trial}.onnx` },
  latency,
})

describe('the finalist that is chosen under a limit of latency', () => {
  const finalists = [measured(7, 1.2), measured(3, 0.9), measured(5, 0.8)]

  it('is the best of those that keep it', () => {
    expect(bestWithin(finalists, 1)).toBe(finalists[1])
    expect(bestWithin(finalists, 0.9)).toBe(finalists[1])
  })

  it('is the best of all where none does', () => {
    expect(bestWithin(finalists, 0.5)).toBe(finalists[0])
  })

  it('is none of none', () => {
    expect(bestWithin([], 1)).toBeUndefined()
  })
})
