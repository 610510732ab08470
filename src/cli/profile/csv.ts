import { CsvError, parse } from 'csv-parse/sync'
import * as z from 'zod'
import { DataError } from '../../data/error.js'
import { columnNames, measuredRow } from '../../latency/measured-row.js'
import type { LayerTime } from '../../latency/profile.js'
import { oneLine } from '../../ui/format.js'
import { assertKnown } from '../options/names.js'

/** Columns that only people read. */
const ignored = ['name', 'note']

/** More rows than any device was measured in; fitting as many takes seconds, more take minutes. */
const MOST_ROWS = 20_000

const parsedRows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }))

/**
 * Measurements of single layers from CSV text whose first line names its columns.
 * @throws DataError, UsageError naming file, line and column, what was expected and what was found.
 */
export function parseMeasurements(text: string, file: string): readonly LayerTime[] {
  const [header, ...rows] = rowsOf(text, file)
  const names = header?.record.map(name => name.toLowerCase()) ?? []
  assertKnown(`${file}: line 1: there is no column`, names, [...columnNames, ...ignored])
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined)
    throw new DataError(`${file}: line 1: expected each column once, found ${twice} twice`)
  if (rows.length === 0) throw new DataError(`${file}: expected measurements below a header, found none`)
  if (rows.length > MOST_ROWS)
    throw new DataError(`${file}: expected at most ${MOST_ROWS} measurements, found more`)
  return rows.map(({ record, info }) => {
    const cells = names.flatMap((name, i) =>
      ignored.includes(name) || record[i] === '' ? [] : [[name, record[i]!] as const],
    )
    return measurementOf(new Map(cells), `${file}: line ${info.lines}`)
  })
}

function rowsOf(text: string, file: string): z.infer<typeof parsedRows> {
  try {
    const rows: unknown = parse(text, {
      ...{ bom: true, trim: true, skip_empty_lines: true, info: true },
      ...{ delimiter: [',', ';', '\t'], to: MOST_ROWS + 2 },
    })
    return parsedRows.parse(rows)
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw new DataError(`${file}: expected CSV, found otherwise (${oneLine(cause.message)})`, { cause })
  }
}

function measurementOf(cells: ReadonlyMap<string, string>, where: string): LayerTime {
  const parsed = measuredRow.safeParse(Object.fromEntries(cells))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const column = String(issue?.path[0] ?? '')
  const found = cells.get(column)
  const expected = found === undefined && issue?.code !== 'custom' ? 'a figure' : issue?.message
  throw new DataError(
    `${where}: ${column}: expected ${expected}, found ${found === undefined ? 'none' : oneLine(JSON.stringify(found))}`,
  )
}
