import { type Calibration, insertQuantizers } from '../compress/quantize/insert.js'
import { quantizableLayers } from '../compress/quantize/layers.js'
import { lowerCompressed } from '../compress/quantize/lower.js'
import type { BitPlan } from '../compress/quantize/plan.js'
import type { DataSet } from '../data/dataset.js'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import type { SplitScore } from './evaluation.js'
import { scoreModel } from './score.js'

/** A plan, what it scores on the validation split, and the layers that it leaves float for that. */
export interface Fallback {
  readonly plan: BitPlan
  readonly score: SplitScore
  /** The layers by what they alone cost in validation loss, the costliest first. */
  readonly returned: readonly { readonly node: string; readonly loss: number }[]
}

/** The score of a plan's model, as it would be written. */
export function scorePlan(
  graph: Graph,
  plan: BitPlan,
  calibration: Calibration,
  { val, sampleShape }: DataSet,
): Promise<SplitScore> {
  const model = writeOnnx(lowerCompressed(insertQuantizers(graph, plan, calibration)))
  return scoreModel(model, val, sampleShape)
}

/**
 * A plan whose score falls by no more than `points` hundredths below the original's: layers go back to float, those
 * that cost most when only they are quantised first, all that share a weight at once. With every layer float nothing is lost,
 * so there always is one.
 */
export async function fallBack(
  graph: Graph,
  plan: BitPlan,
  calibration: Calibration,
  data: DataSet,
  { original, points }: { readonly original: SplitScore; readonly points: number },
): Promise<Fallback> {
  const within = ({ score }: SplitScore) => score >= original.score - points / 100
  let score = await scorePlan(graph, plan, calibration, data)
  if (within(score)) return { plan, score, returned: [] }
  const units = quantizableLayers(graph)
    .weights.map(({ layers }) => layers.filter(node => plan.has(node)))
    .filter(layers => layers.length > 0)
  const costs: { readonly layers: readonly string[]; readonly loss: number }[] = []
  for (const layers of units) {
    const alone = new Map([...plan].filter(([node]) => layers.includes(node)))
    const { loss } = await scorePlan(graph, alone, calibration, data)
    costs.push({ layers, loss: loss - original.loss })
  }
  costs.sort((a, b) => b.loss - a.loss)
  const rest = new Map(plan)
  const returned: { node: string; loss: number }[] = []
  for (const { layers, loss } of costs) {
    for (const node of layers) {
      rest.delete(node)
      returned.push({ node, loss })
    }
    score = await scorePlan(graph, rest, calibration, data)
    if (within(score)) break
  }
  return { plan: rest, score, returned }
}
