import { expect, it } from 'vitest'
import { createDeathWatch } from '../../../src/cli/runs/death-watch.js'
import type { RunEvent } from '../../../src/search/events.js'

const paused: RunEvent = { at: 0, type: 'paused' }
const step: RunEvent = { at: 0, type: 'preparing', step: 'x' }
const ended: RunEvent = { at: 0, type: 'run-ended', outcome: 'interrupted', message: '' }

/** A watch whose clock and whose run the test holds. */
function watched() {
  const world = { now: 0, isWorkedOn: true, asked: 0 }
  const isWorkedOn = async () => {
    world.asked++
    return world.isWorkedOn
  }
  return { world, watch: createDeathWatch(isWorkedOn, () => world.now) }
}

it('tells a run that rests from one that nobody works on', async () => {
  const { world, watch } = watched()
  expect(await watch.hasDied([paused])).toBe(false)
  world.now = 60_000
  expect(await watch.hasDied([])).toBe(false)
  world.isWorkedOn = false
  expect([await watch.hasDied([]), await watch.hasDied([])]).toEqual([false, true])
  expect(await watch.hasDied([step])).toBe(false)
})

it('does not ask while events come, nor of a run that has ended', async () => {
  const { world, watch } = watched()
  world.isWorkedOn = false
  for (let i = 0; i < 10; i++) {
    world.now += 1500
    await watch.hasDied(i % 2 === 0 ? [step] : [])
  }
  await watch.hasDied([ended])
  world.now += 60_000
  expect([await watch.hasDied([]), await watch.hasDied([]), world.asked]).toEqual([false, false, 0])
})

it('waits for what a process wrote before it let the run go', async () => {
  const { world, watch } = watched()
  await watch.hasDied([step])
  world.now = 60_000
  world.isWorkedOn = false
  expect(await watch.hasDied([])).toBe(false)
  expect(await watch.hasDied([ended])).toBe(false)
  world.now = 120_000
  expect([await watch.hasDied([]), await watch.hasDied([])]).toEqual([false, false])
})
