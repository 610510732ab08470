import Table from 'cli-table3'
import { openRunReader } from '../../store/run-reader.js'
import { scoreText } from '../../ui/score-text.js'
import { explain } from '../options/error.js'
import { readDefinition } from './read-definition.js'
import { type RunResult, readResult } from './result.js'
import { listRuns, type RunFolder } from './run-folder.js'

/** A run in the list; one that cannot be read says why. */
type ListedRun = RunResult | { readonly run: string; readonly state: 'unreadable'; readonly reason: string }

async function readRun(folder: RunFolder): Promise<ListedRun> {
  try {
    const reader = await openRunReader(folder.database)
    try {
      const definition = readDefinition(reader.definition, folder)
      return await reader.atOnce(() => readResult(definition, folder, reader))
    } finally {
      await reader.close()
    }
  } catch (error) {
    return { run: folder.name, state: 'unreadable', reason: explain(error).line }
  }
}

/** `pare list`: every run under the runs folder. */
export async function listCommand(options: { readonly json: boolean }): Promise<void> {
  const runs: ListedRun[] = []
  for (const folder of listRuns()) runs.push(await readRun(folder))
  if (options.json) {
    process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`)
    return
  }
  if (runs.length === 0) {
    process.stdout.write('no runs yet: pare search MODEL --data DATA --budget macs=50%\n')
    return
  }
  const table = new Table({
    head: ['run', 'state', 'agent', 'trials', 'failed', 'best val', 'budget'],
    style: { head: [], border: [] },
  })
  for (const run of runs)
    table.push(run.state === 'unreadable' ? [run.run, run.state, '', '', '', '', run.reason] : row(run))
  process.stdout.write(`${table.toString()}\n`)
}

function row({ run, state, agent, trials, best, budget }: RunResult): string[] {
  const score = best?.val === undefined ? '' : scoreText('', best.val).trim()
  const limits = budget.map(({ kind, limit, met }) => `${kind} <= ${Math.floor(limit)}${met ? ' met' : ''}`)
  return [run, state, agent, String(trials.finished), String(trials.failed), score, limits.join(', ')]
}
