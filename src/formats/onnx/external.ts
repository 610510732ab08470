import { type FileHandle, open } from 'node:fs/promises'
import { elementCount, storedBytes } from '../../graph/tensor.js'
import { GraphError } from '../../graph/types.js'
import { locate } from '../locate.js'
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type TensorProto,
  TensorProto_DataLocation,
} from './proto/onnx_pb.js'
import { readTensorType } from './tensor.js'

/** Where a tensor's data stand: a file, relative to the model's folder, and a range of its bytes. */
interface Place {
  readonly location: string
  readonly offset: number
  readonly length: number
}

/** A system call takes no more than 2 GB at once. */
const LARGEST_READ = 2 ** 30

/** All tensors whose data stand in other files, those of attributes and sub-graphs too. */
export function externalTensors(model: ModelProto): TensorProto[] {
  const tensors = model.graph === undefined ? [] : tensorsOf(model.graph)
  return tensors.filter(tensor => tensor.dataLocation === TensorProto_DataLocation.EXTERNAL)
}

function tensorsOf(graph: GraphProto): TensorProto[] {
  return [...graph.initializer, ...graph.node.flatMap(node => node.attribute.flatMap(tensorsIn))]
}

function tensorsIn({ t, tensors, g, graphs }: AttributeProto): TensorProto[] {
  const inner = [...(g === undefined ? [] : [g]), ...graphs].flatMap(tensorsOf)
  return [...(t === undefined ? [] : [t]), ...tensors, ...inner]
}

/** The keys of `external_data`, after onnx.proto. @throws GraphError where they are not those of the tensor's data. */
export function placeOf(tensor: TensorProto): Place {
  const what = `weight ${tensor.name}`
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]))
  const { dtype, shape } = readTensorType(tensor, what)
  const length = storedBytes(dtype, elementCount(shape))
  const number = (key: string, fallback: number) => {
    const text = entries.get(key)
    const value = text === undefined ? fallback : Number(/^\d+$/.test(text) ? text : Number.NaN)
    if (!Number.isSafeInteger(value))
      throw new GraphError(`${what}: expected a whole number of bytes as its ${key}, found ${text}`)
    return value
  }
  const stated = number('length', length)
  if (stated !== length)
    throw new GraphError(
      `${what}: shape [${shape}] of ${dtype} needs ${length} bytes, its place has ${stated}`,
    )
  const location = entries.get('location')
  if (location === undefined || location === '')
    throw new GraphError(`${what}: its data stand in another file that is not named`)
  return { location, offset: number('offset', 0), length }
}

/**
 * Puts the data of tensors that stand in other files into their messages; tensors of one place share them.
 * @param folder the model's folder, which no file may lie outside of
 * @throws GraphError for a file that is missing, elsewhere, ends before the data do or is claimed many times over
 */
export async function loadExternal(tensors: readonly TensorProto[], folder: string): Promise<void> {
  const files = new Map<string, WeightFile>()
  try {
    for (const tensor of tensors) {
      const place = placeOf(tensor)
      const what = `${place.location}, the file of weight ${tensor.name},`
      const path = await locate(folder, place.location, what)
      const file = files.get(path) ?? (await openFile(path))
      files.set(path, file)
      tensor.rawData = await file.read(place, what)
      tensor.externalData = []
      tensor.dataLocation = TensorProto_DataLocation.DEFAULT
    }
  } finally {
    await Promise.all([...files.values()].map(file => file.close()))
  }
}

interface WeightFile {
  /** The bytes of a range. @throws GraphError naming `what` where the file does not have them. */
  read(place: Place, what: string): Promise<Uint8Array>
  close(): Promise<void>
}

async function openFile(path: string): Promise<WeightFile> {
  const handle = await open(path)
  const { size } = await handle.stat()
  const ranges = new Map<string, Uint8Array>()
  let claimed = 0
  return {
    async read({ offset, length }, what) {
      const key = `${offset} ${length}`
      const known = ranges.get(key)
      if (known !== undefined) return known
      if (offset + length > size)
        throw new GraphError(`${what} ends after ${size} bytes, its data after ${offset + length}`)
      claimed += length
      // Ranges that overlap would let a small file fill the memory.
      if (claimed > size) throw new GraphError(`${what} has ${size} bytes, the weights claim ${claimed}`)
      const bytes = await readRange(handle, offset, length, what)
      ranges.set(key, bytes)
      return bytes
    },
    close: () => handle.close(),
  }
}

async function readRange(
  handle: FileHandle,
  offset: number,
  length: number,
  what: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  for (let read = 0; read < length; ) {
    const { bytesRead } = await handle.read(bytes, read, Math.min(length - read, LARGEST_READ), offset + read)
    if (bytesRead === 0) throw new GraphError(`${what} became shorter while it was read`)
    read += bytesRead
  }
  return bytes
}
