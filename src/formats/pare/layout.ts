/**
 * A `.pare` file, little-endian:
 *
 *     header     magic "PARE", u16 version, u16 flags (1: the skeleton is deflated), u32 bytes of the skeleton as it stands,
 *                u32 bytes of it inflated, u32 bytes of the table, u32 CRC-32 of the header so far, skeleton and table
 *     skeleton   the model as an ONNX message (ModelProto) whose constants have no data; quantisers of weights that stand
 *                as integers are not among its nodes, nor their scales among its constants
 *     table      for each constant, in the skeleton's order, how it is coded: see `table.ts`
 *     payloads   for each constant, in the same order, its data in that coding, without gaps
 *
 * The skeleton has nothing that depends on the constants' values, so neither has the number of bytes of a file whose
 * constants are all stored plainly.
 */
export const MAGIC = 'PARE'

export const VERSION = 1

export const HEADER_BYTES = 24

/** Bytes of the header that its checksum covers. */
export const CHECKED_HEADER_BYTES = 20

/** The bit of the header's flags for a deflated skeleton. */
export const DEFLATED = 1

/** Bytes of a table's entry, without what a quantised weight adds. */
export const ENTRY_BYTES = 12
