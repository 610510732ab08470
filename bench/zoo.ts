/**
 * Every network of the zoo and every trained one in a table: operators, channel groups, the share of its parameters that
 * can be cut, how far its output is from PyTorch's after import and export, and how far sliced ones are from their masked
 * twins over random policies (both relative to each output's largest value). Then what is frozen, and why.
 *
 *   npx tsx bench/zoo.ts [--policies 20]
 */
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { writeOnnx } from '../src/formats/onnx/write.js'
import { costModel, countMacs } from '../src/graph/cost.js'
import { channelGroups, type FrozenChannels } from '../src/graph/groups.js'
import { countParams } from '../src/graph/parameters.js'
import type { Graph } from '../src/graph/types.js'
import { randomStream } from '../src/random.js'
import { allNets, type Net } from '../test/fixtures/nets.js'
import { randomKept } from '../test/fixtures/policies.js'
import { outputsOf, relativeDifference, twinDifference } from '../test/fixtures/twin.js'

const { values } = parseArgs({ options: { policies: { type: 'string', default: '20' } } })
const policies = Number(values.policies)

const head = ['network', 'nodes', 'operators', 'MACs', 'parameters', 'groups', 'channels', 'prunable']
const table = new Table({ head: [...head, 'from PyTorch', 'from twin'], style: { head: [], border: [] } })

/** What the narrowest policy would take away, of all parameters. */
function prunableShare(graph: Graph): string {
  const { groups } = channelGroups(graph)
  const left = costModel(graph, groups).params(groups.map(() => 1))
  return `${(100 * (1 - left / countParams(graph))).toFixed(1)} %`
}

async function fromTwin({ name, graph, inputs }: Net): Promise<string> {
  const { groups } = channelGroups(graph)
  let worst = 0
  for (let i = 0; i < policies; i++) {
    const kept = randomKept(groups, randomStream('zoo', i, name))
    worst = Math.max(worst, await twinDifference(graph, groups, kept, inputs))
  }
  return worst.toExponential(1)
}

/** Reasons with how many channels each holds; those of one operator are one reason. */
function reasons(frozen: readonly FrozenChannels[]): string {
  const counts = new Map<string, number>()
  for (const { reason, channels } of frozen) counts.set(reason, (counts.get(reason) ?? 0) + channels)
  return [...counts].map(([reason, channels]) => `${channels} channels: ${reason}`).join('; ')
}

const notes: string[] = []
for (const net of await allNets()) {
  const { name, graph, inputs, expected } = net
  const exported = await outputsOf(writeOnnx(graph), inputs)
  const fromPyTorch = expected === undefined ? '' : relativeDifference(exported, expected).toExponential(1)
  const operators = new Set(graph.nodes.map(node => node.op)).size
  const known = [name, graph.nodes.length, operators]
  const { groups, frozen } = channelGroups(graph)
  const channels = groups.reduce((sum, group) => sum + group.size, 0)
  const figures = [countMacs(graph), countParams(graph), groups.length, channels, prunableShare(graph)]
  table.push([...known, ...figures, fromPyTorch, await fromTwin(net)])
  notes.push(`${name}: ${reasons(frozen)}`)
}
console.log(table.toString())
console.log(notes.join('\n'))
