import { describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import { randomStream } from '../../src/random.js'
import { randomKept } from '../fixtures/policies.js'
import { outputsOf, relativeDifference, twinDifference } from '../fixtures/twin.js'
import { hasWholeZoo, loadZoo, smallZooFolder, wholeZooFolder, zooNames } from '../fixtures/zoo.js'

/** Of the output's largest value; float32 sums in another order. */
const TOLERANCE = 1e-4

const small = zooNames(smallZooFolder)
const large = hasWholeZoo ? zooNames(wholeZooFolder).filter(name => !small.includes(name)) : []

describe.each([
  ...small.map(name => ({ name, folder: smallZooFolder, policies: 24 })),
  ...large.map(name => ({ name, folder: wholeZooFolder, policies: 6 })),
])('$name', ({ name, folder, policies }) => {
  const model = loadZoo(folder, name)
  const graph = readOnnx(model.bytes)
  const inputs = { [graph.inputs[0]?.name ?? '']: model.input }

  it('computes what PyTorch computed, after import and export', async () => {
    const expected = Object.fromEntries(graph.outputs.map((output, i) => [output.name, model.outputs[i]!]))
    const found = await outputsOf(writeOnnx(graph), inputs)
    expect(relativeDifference(found, expected)).toBeLessThanOrEqual(TOLERANCE)
  })

  it('equals its masked twin under random policies', async () => {
    const { groups } = channelGroups(graph)
    expect(groups.length).toBeGreaterThan(0)
    for (let i = 0; i < policies; i++) {
      const kept = randomKept(groups, randomStream(11, i, name))
      expect(await twinDifference(graph, groups, kept, inputs), `policy ${i}`).toBeLessThanOrEqual(TOLERANCE)
    }
  })
})

describe.skipIf(hasWholeZoo)('the larger networks', () => {
  it(`are tested only where their folder is (${wholeZooFolder})`, ({ skip }) => skip())
})
