import type { RecordPages } from '../../search/trial-record.js'

/** Trials as JSON Lines: a record a line, all that is known of it. */
export async function* trialsToJsonLines(pages: RecordPages): AsyncGenerator<string> {
  for await (const page of pages()) yield page.map(record => `${JSON.stringify(record)}\n`).join('')
}
