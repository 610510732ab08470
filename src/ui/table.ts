import Table from 'cli-table3'
import { isUnicode } from './charset.js'

/** Borders that any terminal can draw. */
const ascii = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
} as const

/** An empty table without colours, a column for each title; ASCII borders unless `unicode`. */
export function plainTable(
  head: readonly string[],
  aligns: readonly ('left' | 'right')[],
  unicode = isUnicode(process.env),
) {
  return new Table({
    head: [...head],
    colAligns: [...aligns],
    style: { head: [], border: [], compact: true },
    ...(unicode ? {} : { chars: ascii }),
  })
}
