import { loadModel } from '../../src/cli/files/inputs.js'
import { exitCodes, explain } from '../../src/cli/options/error.js'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { inspectGraph } from '../../src/graph/inspect.js'
import type { Graph } from '../../src/graph/types.js'
import type { Outcome } from './watched.js'

/** What came of one step over a damaged model; anything but one line about the input is a bug. */
async function attempt(step: () => unknown): Promise<Outcome | undefined> {
  try {
    await step()
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (explain(error).code === exitCodes.badInput && /^[\P{Cc}]{1,1000}$/u.test(message))
      return { kind: 'refused', reason: message }
    const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)
    return { kind: 'bug', reason: text.slice(0, 2000) }
  }
}

/** Takes the path of `pare inspect` but for the printing; what it loads must be a model that can be written. */
async function load(file: string): Promise<Outcome> {
  let graph: Graph | undefined
  const refused = await attempt(async () => {
    graph = (await loadModel(file)).graph
  })
  if (refused !== undefined || graph === undefined) return refused ?? { kind: 'bug', reason: 'nothing' }
  const loaded = graph
  const inspected = await attempt(() => inspectGraph(loaded))
  if (inspected?.kind === 'bug') return inspected
  const unwritable = await attempt(() => readOnnx(writeOnnx(loaded)))
  if (unwritable !== undefined) return { kind: 'bug', reason: `cannot be written: ${unwritable.reason}` }
  return inspected ?? { kind: 'loaded', reason: '' }
}

process.on('message', async (file: string) => {
  const outcome = await load(file)
  process.send?.({ ...outcome, peakBytes: process.resourceUsage().maxRSS * 1024 })
})
process.on('disconnect', () => process.exit(0))
