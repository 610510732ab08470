import { afterEach, describe, expect, it, vi } from 'vitest'
import { GraphError } from '../../../src/graph/types.js'
import { type Dialogue, openDialogue } from '../../../src/runtime/browser/dialogue.js'
import type { TimeOrder, Told } from '../../../src/runtime/browser/page/protocol.js'
import { readTold } from '../../../src/runtime/browser/read-told.js'

const order: TimeOrder = { kind: 'time', job: 1, runs: 2, threads: 1, models: [] }
const ready = (page: string, userAgent = 'Chrome/1'): Told => ({
  page,
  kind: 'ready',
  userAgent,
  isolated: true,
})
const timed: Told = { page: 'a', kind: 'timed', job: 1, times: [{ ms: [1, 2], kernels: [] }] }

/** A dialogue whose page `a` has the order. */
async function busy(): Promise<{ dialogue: Dialogue; times: Promise<unknown> }> {
  const dialogue = openDialogue({ hold: 10, silence: 1000 })
  const asked = dialogue.answer(ready('a'))
  const times = dialogue.give(order)
  expect(await asked).toEqual(order)
  return { dialogue, times }
}

afterEach(() => vi.useRealTimers())

describe('openDialogue', () => {
  it('knows the page, hands it a job, and hands on what it took', async () => {
    const { dialogue, times } = await busy()
    expect(await dialogue.page).toEqual({ userAgent: 'Chrome/1', isolated: true })
    expect(await dialogue.answer({ page: 'a', kind: 'progress', job: 1 })).toEqual({ kind: 'continue' })
    const next = dialogue.answer(timed)
    expect(await times).toEqual(timed.kind === 'timed' && timed.times)
    expect(await next).toEqual({ kind: 'wait' })
  })

  it('gives the job to the page anew where it is opened again, and sends the old one away', async () => {
    const { dialogue } = await busy()
    expect(await dialogue.answer(ready('b'))).toEqual(order)
    expect(await dialogue.answer(timed)).toMatchObject({ kind: 'end' })
  })

  it('measures in one browser only', async () => {
    const { dialogue } = await busy()
    expect(await dialogue.answer(ready('b', 'Firefox/1'))).toMatchObject({ kind: 'end' })
    expect(await dialogue.answer({ page: 'a', kind: 'progress', job: 1 })).toEqual({ kind: 'continue' })
  })

  it('says why a model cannot be run, and goes on with the next', async () => {
    const { dialogue, times } = await busy()
    const next = dialogue.answer({ page: 'a', kind: 'failed', job: 1, reason: 'no such operator' })
    await expect(times).rejects.toThrow(
      new GraphError('onnxruntime-web cannot run the model: no such operator'),
    )
    const second = { ...order, job: 2 }
    dialogue.give(second).catch(() => {})
    expect(await next).toEqual(second)
    dialogue.end(null)
  })

  it('gives up a page that says nothing for long, but none that makes progress', async () => {
    vi.useFakeTimers()
    const { dialogue, times } = await busy()
    const failed = expect(times).rejects.toThrow(/said nothing for 1 s/)
    await vi.advanceTimersByTimeAsync(900)
    await dialogue.answer({ page: 'a', kind: 'progress', job: 1 })
    await vi.advanceTimersByTimeAsync(900)
    expect(await dialogue.answer({ page: 'a', kind: 'progress', job: 1 })).toEqual({ kind: 'continue' })
    await vi.advanceTimersByTimeAsync(1000)
    await failed
  })

  it('ends with the reason for whoever waits', async () => {
    const { dialogue, times } = await busy()
    const early = openDialogue()
    for (const one of [dialogue, early]) one.end(new Error('stopped'))
    await expect(times).rejects.toThrow('stopped')
    await expect(early.page).rejects.toThrow('stopped')
    await expect(dialogue.give(order)).rejects.toThrow('stopped')
    expect(await dialogue.answer(timed)).toMatchObject({ kind: 'end' })
  })

  it('ends where the page itself fails', async () => {
    const { dialogue, times } = await busy()
    const failed = expect(times).rejects.toThrow('the page fails: no WebAssembly')
    await dialogue.answer({ page: 'none', kind: 'failed', job: null, reason: 'no WebAssembly' })
    await failed
  })
})

describe('readTold', () => {
  it('reads what a page tells', () => {
    for (const told of [ready('a'), timed]) expect(readTold(JSON.stringify(told))).toEqual(told)
  })

  it.each([
    '',
    'null',
    '[]',
    '{"page":"a"}',
    '{"page":"a","kind":"constructor"}',
    '{"page":"a","kind":"timed","job":1,"times":[{"ms":[-1],"kernels":[]}]}',
    '{"page":"a","kind":"timed","job":1,"times":[{"ms":[1e999],"kernels":[]}]}',
    '{"page":"a","kind":"progress","job":0.5}',
  ])('does not take %s', json => expect(readTold(json)).toBeNull())
})
