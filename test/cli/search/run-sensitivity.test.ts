import { expect, it } from 'vitest'
import { bitsOf, widthOf } from '../../../envs/decidables.js'
import { measuredErrors } from '../../../envs/measured.js'
import { runSensitivity } from '../../../src/cli/search/run-sensitivity.js'
import { rankByEnergy } from '../../../src/compress/criteria/energy.js'
import { calibrate } from '../../../src/evaluate/calibrate.js'
import { inProcessEvaluator } from '../../../src/evaluate/in-process.js'
import { scoreModel } from '../../../src/evaluate/score.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { channelGroups } from '../../../src/graph/groups.js'
import type { RunEvent } from '../../../src/search/events.js'
import { smallData, smallNet } from '../../fixtures/small-net.js'

const graph = smallNet(3)
const data = smallData(100)
const { groups } = channelGroups(graph)
const decidables = [
  ...groups.map(group => widthOf(group, { round: 1, minKeep: 0 })),
  bitsOf('activationBits', { name: 'third', layers: ['third'] }, [4, 5, 6]),
]

it('measures each decision at half and a quarter, once for all processes of a run', async () => {
  const moments = await calibrate(graph, data, 1)
  const fineTune = { epochs: 0, batchSize: 8, learningRate: 0.1, backend: 'wasm' } as const
  const ranking = rankByEnergy(graph, groups, moments)
  const events: RunEvent[] = []
  let opened = 0
  const measure = () =>
    runSensitivity({
      ...{ decidables, n: data.train.n, signal: new AbortController().signal },
      store: { events: async () => ({ events, last: events.length }) },
      record: async event => {
        // As a database keeps it.
        events.push(JSON.parse(JSON.stringify(event)))
      },
      open() {
        opened++
        return inProcessEvaluator({ graph, groups, ranking, moments, data, fineTune, seed: '1' })
      },
    })
  const table = await measure()
  expect(events.map(({ type }) => type)).toEqual(['preparing', 'sensitivity-measured'])
  expect(await measure()).toEqual(table)
  expect(opened).toBe(1)

  // A hundred training samples are all there are.
  const { loss } = await scoreModel(writeOnnx(graph), data.train, data.sampleShape)
  expect(table).toMatchObject({ n: 100, loss })
  expect(table.decisions.map(({ losses }) => losses.map(({ value }) => value))).toEqual([
    [3, 1],
    [2, 1],
    [4, 2],
  ])
})

it('tells the agent the share of the likelihood that is lost', () => {
  const [width, , bits] = decidables
  const table = {
    n: 10,
    loss: 0.5,
    decisions: [
      {
        kind: 'keep' as const,
        name: 'first',
        losses: [
          { value: 3, loss: 0.5 + Math.log(2) },
          { value: 1, loss: null },
        ],
      },
    ],
  }
  expect(measuredErrors(table, width!)).toEqual({
    errorAtHalf: expect.closeTo(0.5, 12),
    errorAtQuarter: 1,
  })
  // What gets better loses nothing; what was not measured is left to be estimated.
  const better = { ...table, loss: 2 }
  expect(measuredErrors(better, width!).errorAtHalf).toBe(0)
  expect(measuredErrors(table, bits!)).toEqual({})
})
