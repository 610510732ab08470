import { expect, it } from 'vitest'
import { timeLeft } from '../../src/compare/left.js'

it('runs take as long as those of their agent, or as all', () => {
  const done = [
    { agent: 'ddpg', ms: 100 },
    { agent: 'ddpg', ms: 300 },
    { agent: 'random', ms: 10 },
  ]
  expect(timeLeft(done, [{ agent: 'ddpg', ms: 0 }])).toBe(200)
  expect(timeLeft(done, [{ agent: 'uniform', ms: 0 }])).toBe(100)
  // What is done of a run is not left of it, however long it has taken.
  const half = [
    { agent: 'ddpg', ms: 150 },
    { agent: 'random', ms: 20 },
  ]
  expect(timeLeft(done, half)).toBe(50)
  expect(timeLeft([], half)).toBeNull()
  expect(timeLeft(done, [])).toBe(0)
})
