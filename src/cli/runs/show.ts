import type { RewardName } from '../../search/reward.js'
import { type RunReader, trialPages } from '../../search/run-store.js'
import type { Climb, TrialState } from '../../search/trial.js'
import { openRunReader } from '../../store/run-reader.js'
import { scoreText } from '../../ui/score-text.js'
import { UsageError } from '../options/error.js'
import { frontJson, frontText, parseFrontCosts, readFront } from './front.js'
import { documentWith, printChunks } from './print-chunks.js'
import { readDefinition } from './read-definition.js'
import { readResult } from './result.js'
import { existingRun } from './run-folder.js'
import { showRanking } from './show-ranking.js'
import { summaryOf } from './summary-of.js'

/**
 * `pare show`: what came out of a run so far, as a table or with its whole history as JSON; or how a reward ranks it; or
 * the trials that none betters by score and costs.
 * @param options `front` names the costs, true for those that the run limits
 */
export async function showCommand(
  run: string,
  options: { readonly json: boolean; readonly reward?: RewardName; readonly front?: string | true },
): Promise<void> {
  const { reward, json, front: asked } = options
  if (asked !== undefined && reward !== undefined)
    throw new UsageError('--front and --reward: expected one of the two')
  const costs = typeof asked === 'string' ? parseFrontCosts(asked) : null
  const folder = existingRun(run)
  const reader = await openRunReader(folder.database)
  try {
    const definition = readDefinition(reader.definition, folder)
    if (reward !== undefined) {
      await showRanking(definition, folder, reader, { reward, json })
      return
    }
    const front = json || asked !== undefined ? await readFront(definition, reader, costs) : null
    if (asked !== undefined && !json) {
      if (front === null) throw new UsageError(`${folder.name}: no trial has been judged yet`)
      process.stdout.write(`${frontText(definition, front)}\n`)
      return
    }
    const result = await reader.atOnce(() => readResult(definition, folder, reader))
    if (json) {
      const head = { ...result, front: front === null ? [] : frontJson(front) }
      await printChunks(documentWith(head, 'history', historyOf(await reader.climbs(), reader)))
      return
    }
    const { finished, failed, cached, perSecond } = result.trials
    const lines = [
      `${result.run}: ${result.state}, agent ${result.agent}, seed ${result.seed}, backend ${result.backend}`,
      `${finished} trials finished (${cached} cached), ${failed} failed, ${perSecond.toFixed(1)} a second`,
      summaryOf(await reader.milestones()) ?? bestLine(result),
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
  } finally {
    await reader.close()
  }
}

/** What became of every trial, as the JSON document has it. */
async function* historyOf(climbs: readonly Climb[], reader: RunReader) {
  const rungsOf = (number: number) =>
    climbs
      .filter(({ trial }) => trial === number)
      .map(({ rung, steps, state }) => ({ rung, steps, ...outcomeOf(state) }))
  for await (const trials of trialPages(reader))
    yield trials.map(({ number, policy, policyHash, state }) => ({
      trial: number,
      ...outcomeOf(state),
      ...(state.kind === 'finished' && state.cachedFrom !== null ? { cachedFrom: state.cachedFrom } : {}),
      rungs: rungsOf(number),
      policyHash,
      policy,
    }))
}

function bestLine({ best }: Awaited<ReturnType<typeof readResult>>): string {
  if (best === null) return 'no trial has finished yet'
  return `best so far: trial ${best.trial}, ${scoreText('val', best.val)}, ${best.macs} MACs, not fine-tuned yet`
}

function outcomeOf(state: TrialState) {
  return {
    state: state.kind,
    reward: state.kind === 'finished' ? state.reward : null,
    evaluation: state.kind === 'finished' ? state.evaluation : null,
    ...(state.kind === 'failed' ? { reason: state.reason } : {}),
  }
}
