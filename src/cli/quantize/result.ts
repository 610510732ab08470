import type { LayerReport } from '../../compress/quantize/layer-report.js'
import { quantizableLayers } from '../../compress/quantize/layers.js'
import { modelCost } from '../../evaluate/evaluate-model.js'
import type { Latency, SplitScore } from '../../evaluate/evaluation.js'
import { percent, whole } from '../../ui/format.js'
import { summaryTable } from '../../ui/summary.js'
import { plainTable } from '../../ui/table.js'
import type { Inputs } from '../files/inputs.js'
import type { ModelFile } from '../files/model-file.js'
import type { QuantizeOptions } from './options.js'

/** All that is told of a quantised model. */
export interface Quantized {
  readonly inputs: Inputs
  readonly original: SplitScore
  readonly rounding: QuantizeOptions['rounding']
  readonly score: SplitScore
  readonly bytes: number
  readonly latencies: readonly Latency[]
  readonly layers: readonly LayerReport[]
  /** Layers that went back to float for accuracy, with what each alone costs, nats. */
  readonly returned: readonly { readonly node: string; readonly loss: number }[]
}

/** Prints the result: a table of both models, one of the layers, what stayed float and why, and what the file cannot hold. */
export function printQuantized(options: QuantizeOptions, { path }: ModelFile, quantized: Quantized): void {
  const { inputs, rounding, original, score, bytes, latencies, layers } = quantized
  const [slow = null, fast = null] = latencies
  const before = { scores: { val: original }, cost: modelCost(inputs.graph, inputs.size), latencyMs: slow }
  const after = { scores: { val: score }, cost: modelCost(inputs.graph, bytes), latencyMs: fast }
  const float = floatLayers(options, quantized)
  const notes = notesOf(layers, latencies)
  if (options.json) {
    const figures = ({ scores, cost, latencyMs }: typeof before) => ({ ...cost, ...scores, latencyMs })
    const { model, ranges, per, samples } = options
    const document = {
      ...{ model, out: path, ranges, per, rounding, samples },
      ...{ original: figures(before), quantized: figures(after), layers, float, notes },
    }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    return
  }
  const table = summaryTable({ original: before, compressed: after, before: null })
  process.stdout.write(`${[table, layerTable(layers), ...float.map(floatLine), ...notes].join('\n')}\n`)
}

interface FloatLine {
  readonly node: string
  readonly reason: string
}

function floatLine({ node, reason }: FloatLine): string {
  return `float: ${node} (${reason})`
}

function floatLayers({ float }: QuantizeOptions, { inputs, returned, layers }: Quantized): FloatLine[] {
  const costs = new Map(returned.map(({ node, loss }) => [node, loss]))
  const left = layers
    .filter(({ weightBits }) => weightBits === null)
    .map(({ node }) => {
      const loss = costs.get(node)
      if (loss !== undefined)
        return { node, reason: `for accuracy: quantised alone it changes val loss by ${loss.toFixed(4)}` }
      return { node, reason: float.includes(node) ? 'as asked' : 'the policy leaves its weight float' }
    })
  return [...left, ...quantizableLayers(inputs.graph).float]
}

function layerTable(layers: readonly LayerReport[]): string {
  const table = plainTable(
    ['layer', 'operator', 'weight, bits', 'SNR, dB', 'input, bits', 'clipped', 'bytes'],
    ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
  )
  for (const { node, op, weightBits, activationBits, weightSnr, clipped, weightBytes } of layers)
    table.push([
      ...[node, op, String(weightBits ?? 'float'), weightSnr?.toFixed(1) ?? ''],
      ...[String(activationBits ?? 'float'), clipped === null ? '' : percent(clipped), whole(weightBytes)],
    ])
  return table.toString()
}

/** What the figures do not say by themselves. */
function notesOf(layers: readonly LayerReport[], [slow, fast]: readonly Latency[]): string[] {
  const sum = (key: 'weightBytes' | 'packedBytes') => layers.reduce((total, layer) => total + layer[key], 0)
  const [stored, packed] = [sum('weightBytes'), sum('packedBytes')]
  return [
    ...(stored > packed
      ? [
          `ONNX stores weights of up to 4 bits in 4, and others in 8: these take ${whole(stored)} bytes, ` +
            `packed to their bits they would take ${whole(packed)}`,
        ]
      : []),
    ...(slow !== undefined && fast !== undefined && fast.median >= slow.median
      ? ['it is not faster than the original on this machine']
      : []),
  ]
}
