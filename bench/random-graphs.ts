/**
 * Random graphs by the thousand, each held to what must be true of any graph: import and export round trip, shapes as ONNX
 * Runtime finds them, and sliced graphs that compute what their masked twins compute. Prints a line a failure and a
 * summary; ends with code 1 if there was a failure.
 *
 *   npx tsx bench/random-graphs.ts [--graphs 2000] [--seed 1] [--from 0] [--blocks shuffle,split]
 */
import { parseArgs } from 'node:util'
import { blockNames } from '../test/fixtures/random-graph/blocks.js'
import { checkRandomGraph } from '../test/fixtures/random-graph/properties.js'

const { values } = parseArgs({
  options: {
    graphs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    blocks: { type: 'string' },
  },
})
const chosen = values.blocks?.split(',')
const from = blockNames.filter(name => chosen?.includes(name) ?? true)
const counts = { held: 0, failed: 0 }
let groups = 0
const first = Number(values.from)
for (let number = first; number < first + Number(values.graphs); number++) {
  // Every other graph can also be held to the gated twin.
  const checked = await checkRandomGraph(Number(values.seed), number, { from, zeroStays: number % 2 === 0 })
  counts[checked.kind]++
  groups += checked.groups
  if (checked.kind === 'failed') console.log(`graph ${number}: ${checked.reason}`)
}
console.log(`${counts.held} held with ${groups} groups, ${counts.failed} failures`)
if (counts.failed > 0) process.exitCode = 1
