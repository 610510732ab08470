import type { ComparedRun } from '../../compare/run.js'
import { scoreName } from '../../ui/score-text.js'

/**
 * The curves as CSV, a line for each told trial. Seconds of wall time, scores as fractions; nothing for none.
 * @param metric what the scores are, as `--metric` has it
 */
export function curvesCsv(runs: readonly ComparedRun[], metric: string): string {
  const rows = runs.flatMap(({ run, group, agent, seed, told }) =>
    told.map(({ evaluations, ms, score, best }) => [
      run,
      group,
      agent,
      seed,
      evaluations,
      ms / 1000,
      score ?? '',
      best ?? '',
    ]),
  )
  const head = ['run', 'group', 'agent', 'seed', 'evaluations', 'seconds', scoreName({ metric }), 'best']
  return [head, ...rows].map(row => `${row.map(cell).join(',')}\n`).join('')
}

/** RFC 4180. */
function cell(value: string | number): string {
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
