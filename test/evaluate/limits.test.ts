import { expect, it, vi } from 'vitest'
import { withinLimits } from '../../src/evaluate/limits.js'

const MIB = 2 ** 20
const never = { throwIfAborted() {} }

it('gives up after its time, counted from its own begin', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(50_000)
  const within = withinLimits({ timeout: 2000, memory: null }, never)
  clock.mockReturnValue(52_000)
  expect(() => within.throwIfAborted()).not.toThrow()
  clock.mockReturnValue(52_001)
  expect(() => within.throwIfAborted()).toThrow('took longer than 2 s')
  clock.mockRestore()
})

it('gives up once its arrays have grown past its memory', () => {
  const within = withinLimits({ timeout: null, memory: 64 * MIB }, never)
  expect(() => within.throwIfAborted()).not.toThrow()
  const held = new Float64Array(12 * MIB)
  expect(() => within.throwIfAborted()).toThrow(/^took \d+ MiB of memory, more than 64$/)
  expect(held.length).toBe(12 * MIB)
})

it('gives up when all do, and never without a limit', () => {
  const all = withinLimits(
    { timeout: null, memory: null },
    {
      throwIfAborted() {
        throw new Error('interrupted')
      },
    },
  )
  expect(() => all.throwIfAborted()).toThrow('interrupted')
  expect(() => withinLimits({ timeout: null, memory: null }, never).throwIfAborted()).not.toThrow()
})
