import { expect, it } from 'vitest'
import { readTfjs } from '../../../src/formats/tfjs/read.js'
import { inspectGraph } from '../../../src/graph/inspect.js'
import { simplify } from '../../../src/runtime/simplify.js'
import { worstTwin } from '../../fixtures/worst-twin.js'
import { modelFile } from './fixtures.js'

/** The share of parameters that must be prunable; what Dot sums over, and what recurrent layers keep, is not. */
const shares = [
  ['layers-attention', 0.93],
  ['keras3-attention', 0.93],
  ['layers-sequence', 0.8],
  ['layers-norms', 0.99],
  ['keras3-norms', 0.99],
  ['graph-attention', 0.93],
  ['graph-norms', 0.99],
  ['keras3-graph-norms', 0.98],
  ['keras3-graph-attention', 0.93],
] as const

it.each(shares)('%s loses channels and computes what its twin does', async (name, share) => {
  const graph = await simplify(await readTfjs(modelFile(name)))
  expect(inspectGraph(graph).prunable).toBeGreaterThanOrEqual(share)
  expect(await worstTwin(graph, 4)).toBeLessThanOrEqual(1e-4)
})
