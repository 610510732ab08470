import { expect, it } from 'vitest'
import { pareSizeModel } from '../../../src/formats/pare/size.js'
import { writePare } from '../../../src/formats/pare/write.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { sliceGraph } from '../../../src/graph/slice.js'
import type { Graph } from '../../../src/graph/types.js'
import { type Random, randomStream } from '../../../src/random.js'
import { allNets } from '../../fixtures/nets.js'
import { randomKept } from '../../fixtures/policies.js'
import { randomGraph } from '../../fixtures/random-graph/random-graph.js'
import { quantizable, withQuantizers } from '../quantizers.js'

const CHOICES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 32]

/** What the model of a graph's size promises for random decisions, and what is written. */
function promisedAndWritten(graph: Graph, random: Random) {
  const { groups } = channelGroups(graph)
  const { weights, values } = quantizable(graph)
  const model = pareSizeModel(
    graph,
    groups,
    withQuantizers(graph, new Map([...weights, ...values].map(name => [name, 8]))),
  )
  const kept = randomKept(groups, random)
  const sliced = sliceGraph(graph, groups, kept)
  const keep = groups.map(({ name, size }) => kept.get(name)?.length ?? size)
  const bits = model.weights.map(() => CHOICES[random.below(CHOICES.length)]!)
  const quantized = model.values.map(() => random.below(2) === 1)
  const plan = new Map([
    ...model.values.flatMap((name, i) => (quantized[i] ? [[name, 2 + random.below(7)] as const] : [])),
    ...model.weights.flatMap((name, i) =>
      bits[i] === 0 || bits[i] === 32 ? [] : [[name, bits[i]!] as const],
    ),
  ])
  return {
    promised: model.bytes({ keep, bits, quantized }),
    written: writePare(withQuantizers(sliced, plan), 'exact').length,
    model,
    decisions: { keep, bits, quantized },
  }
}

it('what is promised is what is written, for every net, whatever is decided', async () => {
  for (const { name, graph } of await allNets()) {
    for (let policy = 0; policy < 2; policy++) {
      const { promised, written } = promisedAndWritten(graph, randomStream(1, policy, name))
      expect(promised, name).toBe(written)
    }
  }
})

it('what is promised is what is written, for random graphs', () => {
  for (let number = 0; number < 100; number++) {
    const random = randomStream(2, number, 'sizes')
    const { promised, written } = promisedAndWritten(randomGraph(random), random)
    expect(promised, `graph ${number}`).toBe(written)
  }
})

it('never falls when a width or a weight gets more', () => {
  for (let number = 0; number < 100; number++) {
    const random = randomStream(3, number, 'sizes')
    const { model, decisions, promised } = promisedAndWritten(randomGraph(random), random)
    const more = (values: readonly number[]) =>
      values.map(value => value + (random.below(2) === 0 ? 0 : random.uniform() * 3))
    const bits = decisions.bits.map(own => (own === 0 ? 32 : own))
    expect(model.bytes({ ...decisions, keep: more(decisions.keep) })).toBeGreaterThanOrEqual(promised)
    expect(model.bytes({ ...decisions, bits: more(bits) })).toBeGreaterThanOrEqual(promised)
    const whole = { ...decisions, quantized: decisions.quantized.map(() => true) }
    expect(model.bytes(whole)).toBeGreaterThanOrEqual(promised)
  }
})
