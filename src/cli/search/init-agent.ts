import type { Agent, AgentState } from '../../../agents/agent.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunStore } from '../../search/run-store.js'
import { openRunReader } from '../../store/run-reader.js'
import { UsageError } from '../options/error.js'
import { readDefinition } from '../runs/read-definition.js'
import { existingRun, type RunFolder } from '../runs/run-folder.js'

/** What decides whether the trials of one run tell of another's. */
const taskKeys = [
  'decide',
  'round',
  'widths',
  'minKeep',
  'weightBits',
  'activationBits',
  'float',
  'blocks',
  'criterion',
] as const

/** The run of `--init-agent` as the new run's definition has it. @throws UsageError where its agent does not fit. */
export async function initAgentOf(
  run: string,
  definition: RunDefinition,
): Promise<NonNullable<RunDefinition['initAgent']>> {
  const folder = existingRun(run)
  const { definition: other } = await openAgent(folder, run)
  if (other.agent !== definition.agent)
    throw new UsageError(`--init-agent ${run}: its agent is ${other.agent}, not ${definition.agent}`)
  const task = (of: RunDefinition) =>
    JSON.stringify([of.model.sha256, of.data.sha256, of.rungs[0], ...taskKeys.map(key => of[key])])
  return { run: folder.path, sameTask: task(other) === task(definition) }
}

/**
 * Gives a new run's agent what that of another run has learned, and keeps it as the run's first checkpoint: from then on
 * the other run is not needed.
 */
export async function inheritAgent(
  { initAgent }: RunDefinition,
  agent: Agent,
  store: RunStore,
): Promise<void> {
  if (initAgent === undefined || (await store.checkpoint()) !== null) return
  const { run, sameTask } = initAgent
  if (agent.inherit === undefined)
    throw new UsageError(
      `--init-agent ${run}: the agent ${agent.name} learns nothing that could be taken over`,
    )
  const { state } = await openAgent(existingRun(run), run)
  const { archive, ...learned } = state.arrays
  agent.inherit({ ...state, arrays: sameTask && archive !== undefined ? state.arrays : learned })
  await store.advance({ checkpoint: agent.snapshot() })
}

async function openAgent(
  folder: RunFolder,
  run: string,
): Promise<{ readonly definition: RunDefinition; readonly state: AgentState }> {
  const reader = await openRunReader(folder.database)
  try {
    const checkpoint = await reader.checkpoint()
    if (checkpoint === null) throw new UsageError(`--init-agent ${run}: no trial of it was told yet`)
    return { definition: readDefinition(reader.definition, folder), state: checkpoint.state }
  } finally {
    await reader.close()
  }
}
