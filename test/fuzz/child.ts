import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openOnnx } from '../../src/formats/onnx/open.js'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import { type Graph, GraphError } from '../../src/graph/types.js'
import type { Outcome } from './watched.js'

/** What came of one step over damaged bytes; anything but a one-line GraphError is a bug. */
async function attempt(step: () => unknown): Promise<Outcome | undefined> {
  try {
    await step()
    return undefined
  } catch (error) {
    const oneLine = error instanceof GraphError && /^[\P{Cc}]{1,1000}$/u.test(error.message)
    if (oneLine) return { kind: 'refused', reason: error.message }
    const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)
    return { kind: 'bug', reason: text.slice(0, 2000) }
  }
}

/** The folder that models are taken to lie in: they may say that their weights stand in files of it. */
const folder = dirname(fileURLToPath(import.meta.url))

async function load(bytes: Uint8Array): Promise<Outcome> {
  let graph: Graph | undefined
  const refused = await attempt(async () => {
    graph = (await openOnnx(bytes, folder)).graph
  })
  if (refused !== undefined || graph === undefined) return refused ?? { kind: 'bug', reason: 'nothing' }
  const read = graph
  const unwritable = await attempt(() => readOnnx(writeOnnx(read)))
  const groups = await attempt(() => channelGroups(read))
  if (unwritable !== undefined) return { kind: 'bug', reason: `cannot be written: ${unwritable.reason}` }
  if (groups?.kind === 'bug') return { kind: 'bug', reason: `channel groups: ${groups.reason}` }
  return { kind: 'loaded', reason: groups?.reason ?? '' }
}

process.on('message', async (bytes: Uint8Array) => {
  const outcome = await load(bytes)
  process.send?.({ ...outcome, peakBytes: process.resourceUsage().maxRSS * 1024 })
})
process.on('disconnect', () => process.exit(0))
