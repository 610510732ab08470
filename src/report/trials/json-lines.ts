import type { TrialRecord } from '../../search/trial-record.js'

/** Trials as JSON Lines: a record a line, all that is known of it. */
export function trialsToJsonLines(records: readonly TrialRecord[]): string {
  return records.map(record => `${JSON.stringify(record)}\n`).join('')
}
