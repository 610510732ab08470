import { crc32, inflateRawSync } from 'node:zlib'
import { GraphError } from '../../graph/types.js'
import { Cursor } from './cursor.js'
import { CHECKED_HEADER_BYTES, DEFLATED, HEADER_BYTES, MAGIC, VERSION } from './layout.js'

/** A `.pare` file in its parts. */
export interface Container {
  /** An ONNX message. */
  readonly skeleton: Uint8Array
  readonly table: Uint8Array
  /** The data of all constants. */
  readonly data: Uint8Array
}

/** The parts of a file, what says how to read them checked. @throws GraphError in one line for one that is not whole. */
export function openContainer(bytes: Uint8Array): Container {
  const cursor = new Cursor(bytes)
  if (new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new GraphError('expected a .pare file, found bytes that are not one')
  cursor.take(MAGIC.length)
  const [version, flags] = [cursor.u16(), cursor.u16()]
  if (version > VERSION)
    throw new GraphError(
      `written by a newer pare: expected a .pare file of version ${VERSION} or older, found ${version}`,
    )
  const [stored, inflated, tableLength, checksum] = [cursor.u32(), cursor.u32(), cursor.u32(), cursor.u32()]
  const [skeleton, table] = [cursor.take(stored), cursor.take(tableLength)]
  const header = bytes.subarray(0, CHECKED_HEADER_BYTES)
  if ([skeleton, table].reduce((sum, part) => crc32(part, sum), crc32(header)) !== checksum)
    throw new GraphError('the file is damaged: its structure does not have its checksum')
  if (version < 1 || (flags & ~DEFLATED) !== 0)
    throw new GraphError(`a .pare file of version ${version} with flags ${flags} is not known`)
  return {
    skeleton: flags === DEFLATED ? inflate(skeleton, inflated) : skeleton,
    table,
    data: bytes.subarray(HEADER_BYTES + stored + tableLength),
  }
}

/** Deflate never makes more of a byte than this. */
const MOST_INFLATION = 1032

function inflate(bytes: Uint8Array, length: number): Uint8Array {
  const damaged = new GraphError('the file is damaged: its structure cannot be inflated')
  if (length < 1 || length > MOST_INFLATION * bytes.length) throw damaged
  try {
    const inflated = inflateRawSync(bytes, { maxOutputLength: length })
    if (inflated.length === length) return inflated
  } catch (cause) {
    throw new GraphError(damaged.message, { cause })
  }
  throw damaged
}
