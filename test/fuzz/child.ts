import { exitCodes, explain } from '../../src/cli/error.js'
import { loadModel } from '../../src/cli/inputs.js'
import { inspectCommand } from '../../src/cli/inspect.js'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
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

/** Takes the whole path of `pare inspect`; what it takes must be a model that can be written. */
async function load(file: string): Promise<Outcome> {
  const inspected = await attempt(() => inspectCommand(file, { json: false }))
  if (inspected?.kind === 'bug') return inspected
  const unwritable = await attempt(async () => readOnnx(writeOnnx((await loadModel(file)).graph)))
  if (inspected === undefined && unwritable !== undefined)
    return { kind: 'bug', reason: `cannot be written: ${unwritable.reason}` }
  return unwritable ?? { kind: 'loaded', reason: inspected?.reason ?? '' }
}

process.on('message', async (file: string) => {
  const outcome = await load(file)
  process.send?.({ ...outcome, peakBytes: process.resourceUsage().maxRSS * 1024 })
})
process.on('disconnect', () => process.exit(0))
