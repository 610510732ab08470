import { parseModel } from '../onnx/read.js'
import type { Coding } from './coding.js'
import { HEADER_BYTES } from './layout.js'
import { openContainer } from './open.js'
import { readTable } from './table.js'

/** What the bytes of a `.pare` file are spent on; they add up to its size. */
export interface PareContents {
  readonly header: number
  /** The model without data, as it stands. */
  readonly skeleton: number
  /** What says how each constant is coded. */
  readonly table: number
  readonly constants: ReadonlyMap<string, StoredConstant>
}

/** The data of a constant. */
export interface StoredConstant {
  readonly bytes: number
  readonly coding: Coding
}

/** @throws GraphError for bytes that are no whole `.pare` file's. */
export function pareContents(bytes: Uint8Array): PareContents {
  const { skeleton, table, data } = openContainer(bytes)
  const names = (parseModel(skeleton).graph?.initializer ?? []).map(({ name }) => name)
  const entries = readTable(table, names.length)
  return {
    header: HEADER_BYTES,
    skeleton: bytes.length - HEADER_BYTES - table.length - data.length,
    table: table.length,
    constants: new Map(
      names.map((name, i) => [name, { bytes: entries[i]!.length, coding: entries[i]!.coding }]),
    ),
  }
}
