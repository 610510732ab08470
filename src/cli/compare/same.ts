import { isDeepStrictEqual } from 'node:util'
import { clip } from '../../ui/format.js'
import { UsageError } from '../options/error.js'
import { optionName } from '../options/options.js'
import { assertSameMachine } from '../search/reopen.js'
import type { Comparison, ComparisonFolder } from './folder.js'

/** What an error shows of a value at most. */
const SHOWN = 60

/** Where the model and the data stand does not matter, what they hold does; the machine is looked at apart. */
const apart = ['model', 'data', 'versions', 'machine']

/** How the command line calls what a definition calls otherwise. */
const optionNames: Readonly<Record<string, string>> = { budgets: 'budget', fineTune: 'epochs' }

/**
 * The comparison in a folder with the agents and seeds that are asked for now.
 * @throws UsageError where they leave out some that are there.
 */
export function extended(
  { name }: Pick<ComparisonFolder, 'name'>,
  stored: Comparison,
  {
    agents = stored.agents,
    seeds = stored.seeds,
  }: { readonly [K in 'agents' | 'seeds']?: Comparison[K] | undefined },
): Comparison {
  const missing = (kind: string, there: readonly unknown[], asked: readonly unknown[]) => {
    const left = there.filter(one => !asked.includes(one))
    if (left.length > 0)
      throw new UsageError(
        `${name} compares ${kind} ${there.join(',')}: --${kind} may add to them, but leaves out ${left.join(',')}`,
      )
  }
  missing('agents', stored.agents, agents)
  missing('seeds', stored.seeds, seeds)
  return { ...stored, agents, seeds }
}

/** @throws UsageError naming the first thing in which the runs of a comparison are to differ from those that are there. */
export function assertSame(
  { name }: Pick<ComparisonFolder, 'name'>,
  stored: Comparison,
  asked: Comparison,
  anyMachine: boolean,
): void {
  const other = (what: string, there: unknown, now: unknown) =>
    new UsageError(
      `${name} is another comparison: ${what} ${text(there)}, now ${text(now)}; choose another --run, or pass --overwrite`,
    )
  const [before, now] = [stored.run, asked.run]
  if (before.model.sha256 !== now.model.sha256) throw other('model', before.model.source, now.model.source)
  if (before.data.sha256 !== now.data.sha256) throw other('data', before.data.path, now.data.path)
  if (!isDeepStrictEqual(before.data.normalization, now.data.normalization))
    throw other('normalisation', before.data.normalization, now.data.normalization)
  const keys = Object.keys(before) as (keyof Comparison['run'])[]
  const key = keys.find(key => !apart.includes(key) && !isDeepStrictEqual(before[key], plain(now[key])))
  if (key !== undefined) throw other(optionName(optionNames[key] ?? key), shown(before[key]), shown(now[key]))
  if (!anyMachine) assertSameMachine(name, before, before.backend)
}

/** As it is once it was stored. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

/** Budgets as they were asked for. */
function shown(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value
    .map(one => (typeof one === 'object' && 'asked' in one ? `${one.kind}=${one.asked}` : one))
    .join(',')
}

function text(value: unknown): string {
  return clip(typeof value === 'string' ? value : JSON.stringify(value), SHOWN, '...')
}
