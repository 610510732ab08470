import { setMaxListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { createGate, type Gate } from '../../src/supervise/gate.js'

const never = new AbortController().signal
setMaxListeners(0, never)
const turn = () => new Promise(resolve => setImmediate(resolve))

/** Sends tasks through a gate and notes what was running beside each. */
function enterAll(gate: Gate, tasks: readonly string[], turns: (task: string) => number) {
  const running = new Set<string>()
  const beside = new Map<string, readonly string[]>()
  const order: string[] = []
  let most = 0
  const all = tasks.map(async task => {
    const leave = await gate.enter(task, never)
    order.push(task)
    running.add(task)
    most = Math.max(most, running.size)
    for (const other of running) beside.set(other, [...(beside.get(other) ?? []), ...running])
    for (let i = 0; i < turns(task); i++) await turn()
    running.delete(task)
    leave()
  })
  return { all: Promise.all(all), beside, order, running, most: () => most }
}

describe('a gate', () => {
  it('lets in as many as there are slots, in order', async () => {
    const entered = enterAll(createGate(3, []), [...'abcdefgh'], () => 2)
    await entered.all
    expect(entered.most()).toBe(3)
    expect(entered.order).toEqual([...'abcdefgh'])
  })

  it('lets suspects in first, each alone, whatever takes how long', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = randomStream(seed, 0, 'gate')
      const tasks = Array.from({ length: 12 }, (_, i) => String(i))
      const suspects = tasks.filter(() => random.below(3) === 0)
      const entered = enterAll(createGate(1 + random.below(4), suspects), tasks, () => random.below(4))
      await entered.all
      expect(new Set(entered.order)).toEqual(new Set(tasks))
      expect(entered.order.slice(0, suspects.length)).toEqual(suspects)
      for (const suspect of suspects) expect(new Set(entered.beside.get(suspect))).toEqual(new Set([suspect]))
    }
  })

  it('lets nobody in while it is paused, and all afterwards', async () => {
    const gate = createGate(2, [])
    gate.pause()
    const entered = enterAll(gate, [...'abc'], () => 1)
    for (let i = 0; i < 10; i++) await turn()
    expect(entered.order).toEqual([])
    gate.goOn()
    await entered.all
    expect(entered.order).toEqual([...'abc'])
  })

  it('turns away who waits when the signal comes, and keeps no place for them', async () => {
    const gate = createGate(1, [])
    const stop = new AbortController()
    const leave = await gate.enter('a', never)
    const waiting = gate.enter('b', stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(gate.enter('c', stop.signal)).rejects.toThrow('enough')
    leave()
    ;(await gate.enter('d', never))()
  })
})
