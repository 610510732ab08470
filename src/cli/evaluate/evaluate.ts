import type { DataSet } from '../../data/dataset.js'
import { latenciesOf, latencyIn, modelCost } from '../../evaluate/evaluate-model.js'
import type { Latency } from '../../evaluate/evaluation.js'
import { goalsOf, scoreModel } from '../../evaluate/score.js'
import { type BrowserOptions, openBrowser } from '../../runtime/browser/open.js'
import { milliseconds, whole } from '../../ui/format.js'
import { scoreRows } from '../../ui/score-rows.js'
import { plainTable } from '../../ui/table.js'
import { loadInputs } from '../files/inputs.js'
import { browserOf } from '../options/browser-option.js'
import { UsageError } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { listenForStop } from '../options/stop.js'
import { evaluateOptions } from './options.js'

/** `pare evaluate`: score and loss on one split, cost, and latency in ONNX Runtime on this machine or in a browser. */
export async function evaluateCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const {
    model,
    data: path,
    split,
    metric,
    original,
    json,
    browser: asked,
  } = parseOptions(evaluateOptions, flags)
  const place = asked === undefined ? null : await browserOf(asked)
  const { modelBytes, size, graph, data, normalization } = await loadInputs(model, path, { metric, original })
  if (original === undefined && goalsOf(data[split]).some(goal => goal.original !== null))
    throw new UsageError('the fidelity of a model is to another: pass --original')
  const score = await scoreModel(modelBytes, data[split], data.sampleShape)
  const cost = modelCost(graph, size)
  const [latencyMs = null] = await latenciesOf([modelBytes], data)
  const browser = place === null ? null : await inBrowser(place, modelBytes, data)
  if (json) {
    const measured = browser === null ? {} : { browser }
    const result = { model, ...cost, [split]: score, latencyMs, ...measured, normalization }
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return
  }
  const table = plainTable(['', model], ['left', 'right'])
  table.push(
    ...scoreRows(split, score),
    ['MACs', whole(cost.macs)],
    ['parameters', whole(cost.params)],
    ['bytes of the file', whole(cost.bytes)],
    ...latencyRows('latency', latencyMs),
    ...latencyRows('latency in the browser', browser?.latencyMs ?? null),
  )
  process.stdout.write(`${table.toString()}\n`)
  if (browser !== null) process.stdout.write(`browser: ${browser.runtime}, one thread\n`)
}

/** What a browser takes for a model, on one thread as in Node. */
interface InBrowser {
  readonly runtime: string
  readonly threads: number
  readonly latencyMs: Latency | null
}

async function inBrowser(
  place: Omit<BrowserOptions, 'threads' | 'signal'>,
  model: Uint8Array,
  data: DataSet,
): Promise<InBrowser> {
  const { signal, release } = listenForStop()
  try {
    const instrument = await openBrowser({ ...place, threads: 1, signal })
    try {
      const { runtime, threads } = instrument
      return { runtime, threads, latencyMs: await latencyIn(instrument, model, data) }
    } finally {
      await instrument.close()
    }
  } finally {
    release()
  }
}

function latencyRows(name: string, latency: Latency | null): [string, string][] {
  if (latency === null) return []
  return [
    [`${name}, median (n = ${whole(latency.n)})`, milliseconds(latency.median)],
    ['  10th percentile', milliseconds(latency.p10)],
    ['  90th percentile', milliseconds(latency.p90)],
  ]
}
