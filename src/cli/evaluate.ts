import { latenciesOf, modelCost } from '../evaluate/evaluate-model.js'
import { scoreModel } from '../evaluate/score.js'
import { milliseconds, percent, whole } from '../ui/format.js'
import { plainTable } from '../ui/table.js'
import { evaluateOptions } from './evaluate-options.js'
import { loadInputs } from './inputs.js'
import { parseOptions } from './options.js'

/** `pare evaluate`: accuracy and loss on one split, cost, and latency in ONNX Runtime on this machine. */
export async function evaluateCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const { model, data: path, split, json } = parseOptions(evaluateOptions, flags)
  const { modelBytes, size, graph, data, normalization } = await loadInputs(model, path, null)
  const score = await scoreModel(modelBytes, data[split], data.sampleShape)
  const cost = modelCost(graph, size)
  const [latencyMs = null] = await latenciesOf([modelBytes], data)
  if (json) {
    const result = { model, ...cost, [split]: score, latencyMs, normalization }
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return
  }
  const table = plainTable(['', model], ['left', 'right'])
  table.push(
    [`${split} accuracy (n = ${whole(score.n)})`, percent(score.top1)],
    [`${split} loss, nats`, score.loss.toFixed(4)],
    ['MACs', whole(cost.macs)],
    ['parameters', whole(cost.params)],
    ['bytes of the file', whole(cost.bytes)],
  )
  if (latencyMs !== null) {
    table.push(
      [`latency, median (n = ${whole(latencyMs.n)})`, milliseconds(latencyMs.median)],
      ['  10th percentile', milliseconds(latencyMs.p10)],
      ['  90th percentile', milliseconds(latencyMs.p90)],
    )
  }
  process.stdout.write(`${table.toString()}\n`)
}
