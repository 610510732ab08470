import type { Reproduction } from '../../report/run/run-report.js'
import type { RunDefinition } from '../../search/definition.js'
import type { Comparison } from '../compare/folder.js'
import { optionName } from '../options/options.js'
import { rungsWithinDrop, type SearchOptions, searchOptions, usualRungs } from '../search/options.js'

/** The command that makes a run like this one, with the options alone that are not the usual ones. */
export function reproduction(definition: RunDefinition): Reproduction {
  const { model, data } = definition
  return {
    command: ['pare', 'search', model.source, '--data', data.path, ...flagsOf(wishesOf(definition))],
    cautions: cautionsOf(definition),
  }
}

/** The command that makes a comparison like this one, which always says what is compared. */
export function comparisonReproduction({ agents, seeds, run }: Comparison): Reproduction {
  const { model, data } = run
  const { agent: _agent, seed: _seed, ...wishes } = wishesOf({ ...run, agent: agents[0]!, seed: seeds[0]! })
  const compared = [...words('agents', agents), ...words('seeds', seeds)]
  return {
    command: ['pare', 'compare', model.source, '--data', data.path, ...compared, ...flagsOf(wishes)],
    cautions: cautionsOf(run),
  }
}

function flagsOf(wishes: Partial<SearchOptions>): readonly string[] {
  const usual: Readonly<Record<string, unknown>> = searchOptions.parse({ model: '-', data: '-' })
  return Object.entries(wishes).flatMap(([key, value]) =>
    value === undefined || JSON.stringify(value) === JSON.stringify(usual[key]) ? [] : words(key, value),
  )
}

/** What `pare search` would have been asked; undefined where that is the usual thing. */
export function wishesOf(definition: RunDefinition): Partial<SearchOptions> {
  const { budgets, points, maxDrop, rungs, fineTune, finalists, widths, decide } = definition
  const usual = maxDrop === null ? (finalists === 0 ? [0] : usualRungs) : rungsWithinDrop
  const { metric, nested, agent, criterion, seed, trials, inFlight, halving, minKeep, sensitivity, backend } =
    definition
  return {
    budget: budgets.map(({ kind, asked }) => `${kind}=${asked}`),
    points: points.map(({ asked }) => asked),
    nested,
    metric: metric === 'top1' ? undefined : metric,
    ...(maxDrop === null
      ? { fill: definition.fill }
      : { maxDrop: maxDrop.limit, minimize: maxDrop.minimize }),
    agent,
    initAgent: definition.initAgent?.run,
    reward:
      definition.reward === (maxDrop === null ? 'accuracy' : 'within-drop') ? undefined : definition.reward,
    criterion,
    seed,
    trials,
    inFlight,
    finalists,
    rungs: JSON.stringify(rungs) === JSON.stringify(usual) ? undefined : rungs,
    halving,
    ...(finalists === 0 ? {} : { epochs: fineTune.epochs }),
    batchSize: fineTune.batchSize,
    learningRate: fineTune.learningRate,
    balance: fineTune.balance,
    decide,
    ...(decide.includes('weightBits') ? { weightBits: definition.weightBits } : {}),
    ...(decide.includes('activationBits') ? { activationBits: definition.activationBits } : {}),
    float: definition.float,
    sensitivity,
    round: Object.keys(widths).length > 0 ? 'auto' : definition.round,
    minKeep,
    backend,
  }
}

function words(key: string, value: unknown): readonly string[] {
  const name = optionName(key)
  if (typeof value === 'boolean') return value ? [name] : []
  if (!Array.isArray(value)) return [name, String(value)]
  if (value.length === 0) return []
  return key === 'budget' || key === 'float' ? [name, ...value.map(String)] : [name, value.join(',')]
}

function cautionsOf({
  predictors,
  blocks,
  initAgent,
  versions,
}: Omit<RunDefinition, 'agent' | 'seed'>): readonly string[] {
  const devices = Object.values(predictors).map(({ device }) => `${device.name} (${device.runtime})`)
  return [
    `Trials come out the same, bit for bit, with the same backend on the same kind of machine with the same versions${versions.pare === undefined ? '' : `, pare ${versions.pare} first of all`}. Measured latencies never do.`,
    ...(devices.length > 0
      ? [`Name the device profile with --profile as well, that of ${devices.join(' and ')}.`]
      : []),
    ...(Object.keys(blocks).length > 0
      ? ['Which blocks may go depends on --max-block-drop, which the run does not keep.']
      : []),
    ...(initAgent === undefined
      ? []
      : ['It began with the agent of another run, which has to be there as it was.']),
  ]
}
