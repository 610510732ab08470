import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pastOf } from '../../../src/cli/runs/lines.js'
import { randomStream } from '../../../src/random.js'
import type { RunEvent } from '../../../src/search/events.js'
import type { Trial } from '../../../src/search/trial.js'
import { openRunStore } from '../../../src/store/sqlite-run-store.js'
import { plainLine } from '../../../src/ui/plain.js'
import { emptyView, reduce } from '../../../src/ui/state.js'
import { emptyFolder } from '../../fixtures/folder.js'
import { begunTrial, storedDefinition } from '../../fixtures/stored-run.js'

const started: RunEvent = {
  ...{
    at: 0,
    type: 'run-started',
    run: 'a',
    model: 'b',
    agent: 'random',
    backend: 'wasm',
    seed: 1,
    trials: 40,
  },
  ...{ finalists: 1, workers: 1, groups: [], resumed: true },
  budgets: [{ kind: 'macs', limit: 5, original: 10 }],
}

function toldEvent({ number, policy, state }: Trial): RunEvent {
  const told = { type: 'trial-told', trial: number, policy, state } as const
  return { ...told, at: number, agent: { phase: 'learning' }, elapsedMs: 3, worker: 0 }
}

it.each([1, 2, 3, 4])('tells of a trial what it would after all events before it (%i)', async seed => {
  const random = randomStream(seed, 0, 'run')
  const file = join(emptyFolder(), 'run.sqlite')
  const store = await openRunStore(file, storedDefinition)
  const trials: Trial[] = []
  for (let number = 0; number < 30; number++) {
    const twin = trials[random.below(30)]?.state
    const cost = { macs: 4, params: 1, bytes: 1, size: 1, bitops: 1 }
    const score = random.below(12) / 12
    const val = { metric: 'top1', score, top1: score, loss: 1, n: 10 }
    const evaluation = { scores: { val }, cost }
    const finished = { kind: 'finished', evaluation, reward: score, cachedFrom: null } as const
    const begun = begunTrial(number)
    const isTwin = twin?.kind === 'finished' && twin.cachedFrom === null
    const state: Trial['state'] =
      random.below(5) === 0
        ? { kind: 'failed', reason: 'it broke' }
        : isTwin
          ? { ...twin, cachedFrom: trials.findIndex(trial => trial.state === twin) }
          : finished
    trials.push({ ...begun, state })
    await store.advance({ begun: [begun], events: number % 9 === 0 ? [started] : [] })
    await store.advance({ told: trials[number]!, events: [toldEvent(trials[number]!)] })
    const { events } = await store.events(0)
    const next = toldEvent({ ...begunTrial(number + 1), state: finished })
    const lineAfter = (view: typeof emptyView) => plainLine(next, reduce(view, next))
    expect(lineAfter(await pastOf(store))).toBe(lineAfter(events.reduce(reduce, emptyView)))
  }
  await store.close()
})
