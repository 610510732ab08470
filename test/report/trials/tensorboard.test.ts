import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Evaluation } from '../../../src/evaluate/evaluation.js'
import { trialsToTensorBoard } from '../../../src/report/trials/tensorboard.js'
import type { TrialRecord } from '../../../src/search/trial-record.js'
import { hasPython, runPython } from '../../fixtures/python.js'
import { pagesOf, recordsOfRun, START } from '../../fixtures/run-folder.js'
import { original } from '../../ui/events.js'
import { readEvents } from './read-events.js'

let folder: string
let records: readonly TrialRecord[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-tensorboard-'))
  records = (await recordsOfRun(folder)).records
})

afterAll(() => rmSync(folder, { recursive: true }))

async function fileOf(records: readonly TrialRecord[], original: Evaluation | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of trialsToTensorBoard(pagesOf(records), original)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const share = (macs: number) => Math.fround(macs / original.cost.macs)

/** What each curve is, as [step, value]. */
const curves = {
  reward: [
    [0, 0.75],
    [2, 0.875],
  ],
  best: [
    [0, 0.75],
    [1, 0.75],
    [2, 0.875],
  ],
  'val/score_rung1': [[2, Math.fround(0.9)]],
  'cost/macs': [
    [0, share(6_000_750)],
    [2, share(6_000_875)],
  ],
  'cost/params': [0, 2].map(step => [step, 0.5]),
  'agent/noise': [0, 1, 2].map(step => [step, Math.fround(0.5 / (step + 1))]),
  'agent/critic_loss': [0, 1, 2].map(step => [step, step / 8]),
}

it('trials that were told are steps of an event file', async () => {
  const [version, ...events] = readEvents(await fileOf(records, original))
  expect(version).toMatchObject({ version: 'brain.Event:2', scalars: {} })
  expect(events.map(({ step, wallTime }) => [step, wallTime])).toEqual(
    [0, 1, 2].map(step => [step, (START + 1000 * step + 500) / 1000]),
  )
  for (const [tag, points] of Object.entries(curves)) {
    const found = events.flatMap(({ step, scalars }) => (tag in scalars ? [[step, scalars[tag]]] : []))
    expect([tag, found]).toEqual([tag, points])
  }
})

it('costs are left out where the original is not known', async () => {
  const events = readEvents(await fileOf(records, null))
  expect(events.flatMap(({ scalars }) => Object.keys(scalars)).filter(tag => tag.startsWith('cost'))).toEqual(
    [],
  )
  expect(readEvents(await fileOf([], null))).toHaveLength(1)
})

it.skipIf(!hasPython('tensorboard'))('TensorBoard itself reads the curves', async () => {
  writeFileSync(join(folder, 'events.out.tfevents.1.run'), await fileOf(records, original))
  const program = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]).Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}))`
  expect(runPython(program, folder)).toMatchObject(curves)
})
