import { addNumbers, emptyHistogram, type Histogram } from '../compress/quantize/histogram.js'
import { quantizableValues } from '../compress/quantize/insert.js'
import type { DataSet } from '../data/dataset.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { elementCount } from '../graph/tensor.js'
import type { Graph } from '../graph/types.js'
import { openSession } from '../runtime/session.js'
import { withOutputs } from './with-outputs.js'

/** Training samples that ranges are taken from. */
const RANGE_SAMPLES = 256

/** Samples a run of the model: what is held in memory at once. */
const BATCH = 16

/** What the values of a graph were on training samples. */
export type HistogramsOf = (graph: Graph) => Promise<ReadonlyMap<string, Histogram>>

/** Training samples that the ranges of a candidate's values are taken from: many candidates, and each has others. */
const CANDIDATE_SAMPLES = 128

/** Gathers the histograms of a graph when they are first asked for, and remembers them as long as there is the graph. */
export function createHistograms(data: Pick<DataSet, 'train' | 'sampleShape'>): HistogramsOf {
  const known = new WeakMap<Graph, ReturnType<HistogramsOf>>()
  return graph => {
    const gathered = known.get(graph) ?? gatherHistograms(graph, data, CANDIDATE_SAMPLES)
    known.set(graph, gathered)
    return gathered
  }
}

/**
 * What every value that may be quantised was on the first training samples, in one pass. Memory does not depend on how many
 * samples there are.
 * @throws GraphError for a value that is not finite.
 */
export async function gatherHistograms(
  graph: Graph,
  { train, sampleShape }: Pick<DataSet, 'train' | 'sampleShape'>,
  samples = RANGE_SAMPLES,
): Promise<ReadonlyMap<string, Histogram>> {
  const values = quantizableValues(graph)
  const histograms = new Map(values.map(name => [name, emptyHistogram()]))
  const inner = values.filter(name => graph.inputs.every(input => input.name !== name))
  const session = await openSession(writeOnnx(withOutputs(graph, inner)))
  const input = graph.inputs[0]?.name ?? ''
  const size = elementCount(sampleShape)
  const n = Math.min(samples, train.n)
  const batch = session.batch ?? BATCH
  try {
    for (let first = 0; first < n; first += batch) {
      // A model of one batch size gets whole batches: zeros would count as samples.
      const begin = session.batch === null ? first : Math.max(0, Math.min(first, train.n - batch))
      const count = session.batch ?? Math.min(batch, n - first)
      const data = train.samples.slice(begin * size, (begin + count) * size)
      const given = { data, shape: [count, ...sampleShape] }
      const found = { [input]: given, ...(await session.run({ [input]: given })) }
      for (const name of values) {
        const numbers = found[name]?.data
        if (numbers !== undefined) histograms.set(name, addNumbers(histograms.get(name)!, numbers, name))
      }
    }
  } finally {
    await session.close()
  }
  return histograms
}
