import type { ComparedRun } from '../../compare/run.js'

/** The curves as CSV, a line for each told trial. Seconds of wall time, accuracies as fractions; nothing for none. */
export function curvesCsv(runs: readonly ComparedRun[]): string {
  const rows = runs.flatMap(({ run, group, agent, seed, told }) =>
    told.map(({ evaluations, ms, accuracy, best }) => [
      run,
      group,
      agent,
      seed,
      evaluations,
      ms / 1000,
      accuracy ?? '',
      best ?? '',
    ]),
  )
  const head = ['run', 'group', 'agent', 'seed', 'evaluations', 'seconds', 'accuracy', 'best']
  return [head, ...rows].map(row => `${row.map(cell).join(',')}\n`).join('')
}

/** RFC 4180. */
function cell(value: string | number): string {
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
