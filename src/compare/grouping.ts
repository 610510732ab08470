import { isDeepStrictEqual } from 'node:util'
import type { RunDefinition } from '../search/definition.js'

/** A run that is to be compared with others. */
export interface NamedDefinition {
  /** A path; unlike that of any other run. */
  readonly run: string
  readonly definition: RunDefinition
}

/** Why runs cannot be compared, in one line; null where they can. */
export function incomparable(runs: readonly NamedDefinition[]): string | null {
  const [first, ...others] = runs
  if (first === undefined) return null
  const seen = new Set([first.run])
  for (const { run, definition } of others) {
    if (seen.has(run)) return `${run} is named twice`
    seen.add(run)
    const { model, data } = first.definition
    const what =
      definition.data.sha256 !== data.sha256
        ? 'data set'
        : !isDeepStrictEqual(definition.data.normalization, data.normalization)
          ? 'normalisation'
          : definition.model.sha256 !== model.sha256
            ? 'model'
            : null
    if (what !== null)
      return `${run} cannot be compared with ${first.run}: it is of another ${what} (${whichOf(definition, what)} instead of ${whichOf(first.definition, what)})`
  }
  return null
}

function whichOf({ model, data }: RunDefinition, what: 'data set' | 'normalisation' | 'model'): string {
  switch (what) {
    case 'data set':
      return data.path
    case 'normalisation':
      return `mean ${data.normalization.mean}, deviation ${data.normalization.std}`
    case 'model':
      return model.source
  }
}

/** What may differ between runs of one group: the seed, and where and when a run was made. */
const incidental = ['seed', 'versions', 'machine', 'model', 'data'] as const

/**
 * The group of each run. Runs that differ in their agents and seeds alone are grouped by agent; where something else
 * differs, runs that differ in their seeds are grouped under what their names have in common.
 */
export function groupNames(runs: readonly NamedDefinition[]): readonly string[] {
  const alike = (run: NamedDefinition, other: NamedDefinition) => differing(run, other).length === 0
  const twins = runs.map(run => runs.filter(other => alike(run, other)))
  const agents = runs.map(({ definition }) => definition.agent)
  const agentsTell = runs.every((run, i) =>
    runs.every((other, j) => (agents[i] === agents[j]) === alike(run, other)),
  )
  const repeats = twins.some(
    group => new Set(group.map(({ definition }) => definition.seed)).size < group.length,
  )
  if (agentsTell && !repeats) return agents
  if (repeats) return shortest(runs.map(({ run }) => [run]))
  return shortest(twins.map(group => group.map(({ run }) => run)))
}

/** Which parts of the definitions differ, but for the seed and what is incidental, in their order. */
export function differing(a: NamedDefinition, b: NamedDefinition): readonly (keyof RunDefinition)[] {
  const keys = Object.keys(a.definition) as (keyof RunDefinition)[]
  return keys.filter(
    key => !incidental.some(name => name === key) && !isDeepStrictEqual(a.definition[key], b.definition[key]),
  )
}

/** What the names of each group begin with, without folders where that still tells the groups apart. */
function shortest(groups: readonly (readonly string[])[]): readonly string[] {
  const distinct = new Set(groups.map(names => names.join('\n'))).size
  const short = groups.map(names => commonStart(names.map(name => name.split('/').at(-1)!)))
  if (new Set(short).size === distinct && !short.includes('')) return short
  const long = groups.map(commonStart)
  return new Set(long).size === distinct && !long.includes('') ? long : groups.map(names => names.join(' + '))
}

function commonStart(names: readonly string[]): string {
  const [first = '', ...others] = names
  if (others.length === 0) return first
  let length = 0
  while (length < first.length && others.every(name => name[length] === first[length])) length++
  return first.slice(0, length).replace(/[-_. /]+$/, '')
}
