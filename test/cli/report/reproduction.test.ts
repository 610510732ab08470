import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { newOptions } from '../../../src/cli/compare/options.js'
import { comparisonReproduction, reproduction } from '../../../src/cli/report/reproduction.js'
import { searchOptions } from '../../../src/cli/search/options.js'
import { shellWord } from '../../../src/report/sections/reproduce.js'
import type { RunDefinition } from '../../../src/search/definition.js'
import { definition } from '../../fixtures/run-folder.js'

/** The options that a command line gives, read the obvious way. */
function optionsOf<T>(command: readonly string[], schema: { parse(given: unknown): T }) {
  const [, , model, ...flags] = command
  const given: Record<string, unknown> = { model }
  let name = ''
  for (const word of flags) {
    if (word.startsWith('--')) {
      name = word.slice(2).replace(/-[a-z]/g, letter => letter[1]!.toUpperCase())
      given[name] = ['budget', 'float'].includes(name) ? [] : true
    } else if (Array.isArray(given[name])) (given[name] as string[]).push(word)
    else given[name] = word
  }
  return schema.parse(given)
}

const definitions: readonly Partial<RunDefinition>[] = [
  {},
  { decide: ['keep'], weightBits: [], seed: 7, agent: 'ppo', trials: 50, round: 8, fill: 0.5, nested: true },
  { decide: ['activationBits'], activationBits: [3, 5], float: ['a b', '--c'], criterion: 'l1', inFlight: 9 },
  { points: [{ asked: '25%', limit: 1 }], minKeep: 0.3, metric: 'f1', rungs: [0, 8, 64], halving: 4 },
  { fineTune: { epochs: 9, batchSize: 32, learningRate: 0.1, balance: 'mgda' }, sensitivity: 'measured' },
]

it.each(definitions)('asks for what the definition says: %j', change => {
  const run = { ...definition, ...change }
  const options = optionsOf(
    reproduction({ ...run, float: run.float.filter(name => name !== '--c') }).command,
    searchOptions,
  )
  const { model, data, budgets, points, rungs, fineTune, decide, ...rest } = run
  expect(options).toMatchObject({
    model: model.source,
    data: data.path,
    budget: budgets.map(({ kind, asked }) => `${kind}=${asked}`),
    points: points.map(({ asked }) => asked),
    decide,
    rungs,
    ...{ epochs: fineTune.epochs, batchSize: fineTune.batchSize, learningRate: fineTune.learningRate },
    ...{ balance: fineTune.balance, seed: rest.seed, agent: rest.agent, trials: rest.trials },
    ...{ inFlight: rest.inFlight, finalists: rest.finalists, halving: rest.halving, round: rest.round },
    ...{ minKeep: rest.minKeep, fill: rest.fill, nested: rest.nested, criterion: rest.criterion },
    ...{ sensitivity: rest.sensitivity, backend: rest.backend },
    ...(decide.includes('weightBits') ? { weightBits: rest.weightBits } : {}),
    ...(decide.includes('activationBits') ? { activationBits: rest.activationBits } : {}),
  })
  if (rest.metric !== 'top1') expect(options.metric).toBe(rest.metric)
})

it('asks for the most that the score may fall by, and what is then small', () => {
  const { command } = reproduction({
    ...definition,
    budgets: [],
    fill: 0,
    maxDrop: { limit: 0.5, minimize: 'size' },
    reward: 'within-drop',
    rungs: [16],
  })
  expect(optionsOf(command, searchOptions)).toMatchObject({ maxDrop: 0.5, minimize: 'size', budget: [] })
  expect(command).not.toContain('--rungs')
  expect(command).not.toContain('--reward')
})

it('asks for a comparison of the same agents and seeds, whether they are the usual ones or not', () => {
  const { agent: _agent, seed: _seed, ...run } = definition
  const compared = { version: 1, agents: ['ddpg', 'random'], seeds: [1, 2, 5], run } as const
  const { command } = comparisonReproduction({ ...compared, agents: [...compared.agents], seeds: [1, 2, 5] })
  expect(command.slice(0, 2)).toEqual(['pare', 'compare'])
  expect(optionsOf(command, newOptions)).toMatchObject({
    ...{ model: run.model.source, data: run.data.path, agents: compared.agents, seeds: compared.seeds },
    ...{ trials: run.trials, inFlight: run.inFlight, finalists: run.finalists, round: run.round },
    ...{ decide: run.decide, backend: run.backend, epochs: run.fineTune.epochs },
    budget: run.budgets.map(({ kind, asked }) => `${kind}=${asked}`),
  })
  for (const single of ['--agent', '--seed']) expect(command).not.toContain(single)
})

it('says only what is not usual', () => {
  const usual = searchOptions.parse({ model: 'm', data: 'd' })
  const { command } = reproduction({
    ...definition,
    budgets: [],
    ...{ agent: usual.agent, trials: usual.trials, inFlight: usual.inFlight, finalists: usual.finalists },
    ...{ halving: usual.halving, rungs: [0, 16], decide: ['keep'], seed: usual.seed, fill: usual.fill },
    fineTune: { ...usual, epochs: usual.epochs },
  })
  expect(command).toEqual(['pare', 'search', 'net.onnx', '--data', 'data', '--backend', 'wasm'])
})

it('quotes words as a shell takes them', () => {
  const words = ['plain-1.onnx', "it's", 'a b', '$HOME `x` "y" \\', '', '~', '*', 'macs=50%', '<img>', 'é\n']
  const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`
  expect(execFileSync('sh', ['-c', script]).toString().split('\0').slice(0, -1)).toEqual(words)
})
