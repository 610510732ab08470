import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { agentNames, type RunDefinition, runDefinition } from '../../search/definition.js'
import { lockFile } from '../../store/lock.js'
import { UsageError } from '../options/error.js'
import {
  COMPARISON,
  comparisonStem,
  isComparisonAt,
  type RunFolder,
  runFolder,
  writeWhole,
} from '../runs/run-folder.js'

const comparison = z.strictObject({
  version: z.literal(1),
  agents: z.array(z.enum(agentNames)).min(1),
  seeds: z.array(z.number().int().nonnegative()).min(1),
  /** What all runs have in common. */
  run: runDefinition.omit({ agent: true, seed: true }),
})

/** What is compared: runs that differ in their agents and seeds alone. */
export type Comparison = z.infer<typeof comparison>

/** The folder of a comparison, with a run's folder in it for each agent and seed. */
export interface ComparisonFolder extends Pick<RunFolder, 'name' | 'path' | 'original' | 'layers'> {
  readonly definition: string
  readonly lock: string
}

/** The folder of a comparison given by name or path; it need not exist. */
export function comparisonFolder(run: string): ComparisonFolder {
  const { name, path, original, layers } = runFolder(run)
  return {
    name,
    path,
    original,
    layers,
    definition: join(path, COMPARISON),
    lock: lockFile(comparisonStem(path)),
  }
}

export function isComparison({ path }: ComparisonFolder): boolean {
  return isComparisonAt(path)
}

/**
 * Makes the folder of a new comparison, which has no definition yet. One that an earlier process left so is used.
 * @throws UsageError where something else is there.
 */
export function createComparison(folder: ComparisonFolder, overwrite: boolean): void {
  const there = existsSync(folder.path) ? readdirSync(folder.path) : []
  const own = [folder.original, folder.layers, folder.lock].map(file => file.slice(folder.path.length + 1))
  if (isComparison(folder)) {
    if (!overwrite) throw new UsageError(`comparison ${folder.name} exists`)
    rmSync(folder.path, { recursive: true })
  } else if (there.some(file => !own.some(name => file.startsWith(name))))
    throw new UsageError(`${folder.name} exists and is not a comparison; choose another --run`)
  mkdirSync(folder.path, { recursive: true })
}

export function writeComparison({ definition }: ComparisonFolder, stored: Comparison): void {
  writeWhole(definition, `${JSON.stringify(stored, null, 2)}\n`)
}

/** @throws UsageError where the definition is not one. */
export function readComparison({ definition }: ComparisonFolder): Comparison {
  let document: unknown
  try {
    document = JSON.parse(readFileSync(definition, 'utf8'))
  } catch {
    throw new UsageError(`${definition}: expected the definition of a comparison, found no JSON`)
  }
  const parsed = comparison.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(
    `${definition}: the definition is damaged (${issue?.path.join('.')}: ${issue?.message})`,
  )
}

/** One of the runs of a comparison. */
export interface PlannedRun {
  readonly folder: RunFolder
  readonly definition: RunDefinition
}

/** All runs, every agent with one seed before any with the next, so that a comparison cut short is a fair one too. */
export function plannedRuns(
  { path }: ComparisonFolder,
  { agents, seeds, run }: Comparison,
): readonly PlannedRun[] {
  return seeds.flatMap(seed =>
    agents.map(agent => ({
      folder: runFolder(join(path, `${agent}-${seed}`)),
      definition: { ...run, agent, seed },
    })),
  )
}
