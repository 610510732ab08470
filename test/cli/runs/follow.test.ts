import { join } from 'node:path'
import { expect, it } from 'vitest'
import { followEvents } from '../../../src/cli/runs/follow.js'
import type { RunEvent } from '../../../src/search/events.js'
import { openRunStore } from '../../../src/store/sqlite-run-store.js'
import { emptyFolder } from '../../fixtures/folder.js'
import { storedDefinition } from '../../fixtures/stored-run.js'

const ended = (outcome: 'interrupted' | 'finished', at: number): RunEvent => ({
  at,
  type: 'run-ended',
  outcome,
  message: '',
})

it('does not take the end of an earlier process, last of what is read at a time, for the end of the run', async () => {
  const database = join(emptyFolder(), 'run.sqlite')
  const store = await openRunStore(database, storedDefinition)
  const steps = (count: number): RunEvent[] =>
    Array.from({ length: count }, (_, at) => ({ at, type: 'preparing', step: 'x' }))
  await store.advance({ events: [...steps(499), ended('interrupted', 499), ...steps(1)] })
  const seen: RunEvent[] = []
  const push = (event: RunEvent) => {
    seen.push(event)
    if (seen.length === 501) void store.advance({ events: [ended('finished', 501)] })
  }
  const isOver = (events: readonly RunEvent[]) => events.at(-1)?.type === 'run-ended'
  await followEvents({ database }, push, isOver, new AbortController().signal)
  await store.close()
  expect(seen.at(-1)).toEqual(ended('finished', 501))
})
