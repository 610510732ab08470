import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import { GraphError } from '../../src/graph/types.js'
import type { Outcome } from './watched.js'

/** What came of one step over damaged bytes; anything but a one-line GraphError is a bug. */
function attempt(step: () => void): Outcome | undefined {
  try {
    step()
    return undefined
  } catch (error) {
    const oneLine = error instanceof GraphError && /^[\P{Cc}]{1,1000}$/u.test(error.message)
    if (oneLine) return { kind: 'refused', reason: error.message }
    const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)
    return { kind: 'bug', reason: text.slice(0, 2000) }
  }
}

function load(bytes: Uint8Array): Outcome {
  let graph: ReturnType<typeof readOnnx> | undefined
  const refused = attempt(() => {
    graph = readOnnx(bytes)
  })
  if (refused !== undefined || graph === undefined) return refused ?? { kind: 'bug', reason: 'nothing' }
  const read = graph
  const bad = [() => readOnnx(writeOnnx(read)), () => channelGroups(read)].map(step => attempt(step))
  const [unwritable, groups] = bad
  if (unwritable !== undefined) return { kind: 'bug', reason: `cannot be written: ${unwritable.reason}` }
  if (groups?.kind === 'bug') return { kind: 'bug', reason: `channel groups: ${groups.reason}` }
  return { kind: 'loaded', reason: groups?.reason ?? '' }
}

process.on('message', (bytes: Uint8Array) => {
  const outcome = load(bytes)
  process.send?.({ ...outcome, peakBytes: process.resourceUsage().maxRSS * 1024 })
})
process.on('disconnect', () => process.exit(0))
