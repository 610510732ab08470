/**
 * Random policies on every network of the zoo and every trained one: each sliced graph must load in ONNX Runtime and
 * compute what its masked twin computes, to 1e-4 of each output's largest value. Prints one line a network and one a
 * failure; ends with code 1 if there was one.
 *
 *   npx tsx bench/policies.ts [--policies 10000] [--nets unet_tiny,lenet5] [--seed 1]
 */
import { parseArgs } from 'node:util'
import { channelGroups } from '../src/graph/groups.js'
import { randomStream } from '../src/random.js'
import { allNets } from '../test/fixtures/nets.js'
import { randomKept } from '../test/fixtures/policies.js'
import { twinDifference } from '../test/fixtures/twin.js'

const { values } = parseArgs({
  options: {
    policies: { type: 'string', default: '10000' },
    nets: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const TOLERANCE = 1e-4
const policies = Number(values.policies)
const chosen = values.nets?.split(',')

for (const { name, graph, inputs } of (await allNets()).filter(net => chosen?.includes(net.name) ?? true)) {
  const started = performance.now()
  const { groups } = channelGroups(graph)
  let [worst, failures] = [0, 0]
  for (let i = 0; i < policies; i++) {
    const kept = randomKept(groups, randomStream(values.seed, i, name))
    const difference = await twinDifference(graph, groups, kept, inputs).catch(String)
    if (typeof difference === 'number') worst = Math.max(worst, difference)
    if (typeof difference === 'string' || !(difference <= TOLERANCE)) {
      failures++
      const counts = JSON.stringify([...kept].map(([group, channels]) => [group, channels.length]))
      console.log(`${name} policy ${i}: ${difference}; kept ${counts}`)
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `${name}: ${groups.length} groups, ${policies} policies, largest difference ${worst.toExponential(1)}, ${failures} failures, ${seconds} s`,
  )
  if (failures > 0) process.exitCode = 1
}
