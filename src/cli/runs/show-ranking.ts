import { aimedCosts, unitOfCost } from '../../search/aimed-costs.js'
import type { RunDefinition } from '../../search/definition.js'
import { type Standing, standingOf } from '../../search/ladder.js'
import { rejudge } from '../../search/rejudge.js'
import { type RewardName, rewards } from '../../search/reward.js'
import type { RunReader } from '../../search/run-store.js'
import type { Climb } from '../../search/trial.js'
import { costText } from '../../ui/cost-text.js'
import { whole } from '../../ui/format.js'
import { scoreText } from '../../ui/score-text.js'
import { plainTable } from '../../ui/table.js'
import { UsageError } from '../options/error.js'
import type { RunFolder } from './run-folder.js'

/** Rows of the table at most; `--json` has them all. */
const MOST_ROWS = 20

/** One trial as another reward ranks it, beside its place under the run's own. */
interface Ranked extends Pick<Standing, 'reward' | 'evaluation'> {
  readonly trial: number
  /** The highest rung that it was on. */
  readonly rung: number
  /** Its place, from 1, by the reward of the run. */
  readonly place: number
}

/** Prints the trials of a run as another reward ranks them; nothing is evaluated. */
export async function showRanking(
  definition: RunDefinition,
  folder: RunFolder,
  reader: RunReader,
  { reward: name, json }: { readonly reward: RewardName; readonly json: boolean },
): Promise<void> {
  const ranking = await rank(definition, folder, reader, name)
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ run: folder.name, reward: name, own: definition.reward, ranking }, null, 2)}\n`,
    )
    return
  }
  const kinds = aimedCosts(definition)
  const table = plainTable(
    ['trial', 'rung', name, 'val', ...kinds, `place by ${definition.reward}`],
    ['right', 'right', 'right', 'right', ...kinds.map(() => 'right' as const), 'right'],
  )
  for (const { trial, rung, reward, evaluation, place } of ranking.slice(0, MOST_ROWS)) {
    const { cost, scores } = evaluation
    table.push([
      String(trial),
      String(rung),
      reward.toPrecision(5),
      scoreText('', scores.val).trim(),
      ...kinds.map(kind => costText(kind, cost[kind] ?? Number.NaN, unitOfCost(definition, kind))),
      String(place),
    ])
  }
  const more = ranking.length - MOST_ROWS
  const rest = more > 0 ? `\n… and ${whole(more)} more; --json has them all` : ''
  process.stdout.write(`${table.toString()}${rest}\n`)
}

async function rank(
  definition: RunDefinition,
  folder: RunFolder,
  reader: RunReader,
  name: RewardName,
): Promise<readonly Ranked[]> {
  const original = (await reader.milestones()).findLast(event => event.type === 'baseline')?.report
  if (original === undefined) throw new UsageError(`${folder.name}: no trial has been judged yet`)
  const run = { limits: definition.budgets, original, maxDrop: definition.maxDrop }
  const [trials, climbs] = [await reader.trials(), await reader.climbs()]
  const places = new Map(standingOf(trials, climbs).map(({ trial }, i) => [trial.number, i + 1]))
  const judged = standingOf(rejudge(trials, rewards[name], run), rejudge(climbs, rewards[name], run))
  return judged.map(({ trial: { number }, reward, evaluation }) => ({
    trial: number,
    rung: rungOf(climbs, number),
    reward,
    place: places.get(number) ?? 0,
    evaluation,
  }))
}

function rungOf(climbs: readonly Climb[], trial: number): number {
  return climbs.reduce((most, climb) => (climb.trial === trial ? Math.max(most, climb.rung) : most), 0)
}
