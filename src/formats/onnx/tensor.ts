import { create } from '@bufbuild/protobuf'
import { elementTypeCodes } from '../../graph/element-types.js'
import { assertPlausible } from '../../graph/plausible.js'
import { allocate, elementBytes, elementCount, fromBytes, storedBytes } from '../../graph/tensor.js'
import { type DType, GraphError, type Tensor, type TensorData } from '../../graph/types.js'
import { fromCode } from './dtype.js'
import { packInt4, unpackInt4 } from './int4.js'
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from './proto/onnx_pb.js'

/** The sizes beside a zero are vouched for by no data, and whoever counts indices along them would count for ever. */
const LARGEST_EMPTY_SIZE = 2 ** 16

/**
 * A tensor message as plain data.
 * @throws GraphError where shape and data disagree, or the element type or the place of the data is not supported.
 */
export function readTensor(proto: TensorProto, what: string): Tensor {
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new GraphError(`${what}: its data stand in another file`)
  }
  const { dtype, shape } = readTensorType(proto, what)
  const count = elementCount(shape)
  const data =
    proto.rawData.length > 0 ? readRaw(dtype, proto.rawData, what, count) : readTyped(dtype, proto, count)
  return filled({ dtype, shape, data }, what)
}

/** The tensor. @throws GraphError where its shape and its data disagree. */
export function filled(tensor: Tensor, what: string): Tensor {
  const { shape, data } = tensor
  if (data.length !== elementCount(shape)) {
    throw new GraphError(
      `${what}: shape [${shape}] needs ${elementCount(shape)} elements, found ${data.length}`,
    )
  }
  if (data.length === 0 && shape.some(size => size > LARGEST_EMPTY_SIZE)) {
    throw new GraphError(`${what}: shape [${shape}] is not one of an empty tensor`)
  }
  return tensor
}

/** The element type and shape of a tensor message. @throws GraphError for one that no tensor here can have. */
export function readTensorType(proto: TensorProto, what: string): Pick<Tensor, 'dtype' | 'shape'> {
  const dtype = fromCode(proto.dataType, what)
  const shape = proto.dims.map(Number)
  assertPlausible(shape, what)
  return { dtype, shape }
}

function readRaw(dtype: DType, bytes: Uint8Array, what: string, count: number): TensorData {
  if (dtype === 'int4') return unpackInt4(bytes, count)
  if (bytes.length % elementBytes(dtype) !== 0) {
    throw new GraphError(`${what}: ${bytes.length} bytes are no whole number of ${dtype} elements`)
  }
  return fromBytes(dtype, bytes)
}

/** ONNX keeps small element types in the int32 field, and the rest in the field of their own type. */
function readTyped(dtype: DType, proto: TensorProto, count: number): TensorData {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(proto.floatData)
    case 'float64':
      return Float64Array.from(proto.doubleData)
    case 'int64':
      return BigInt64Array.from(proto.int64Data)
    case 'uint64':
      return BigUint64Array.from(proto.uint64Data)
    case 'uint32':
      return Uint32Array.from(proto.uint64Data, Number)
    case 'int4':
      return unpackInt4(Uint8Array.from(proto.int32Data), count)
    default: {
      const data = allocate(dtype, proto.int32Data.length)
      proto.int32Data.forEach((value, i) => {
        data[i] = value
      })
      return data
    }
  }
}

/** A tensor as a message, its data as raw little-endian bytes, which it does not copy. */
export function writeTensor(tensor: Tensor, name: string): TensorProto {
  return create(TensorProtoSchema, { ...header(tensor, name), rawData: bytesOf(tensor) })
}

/** A tensor as a message without its data. */
export function writeTensorType(tensor: Tensor, name: string): TensorProto {
  return create(TensorProtoSchema, header(tensor, name))
}

/** A tensor as a message whose data stand in another file, relative to the model's folder. */
export function writeExternalTensor(
  tensor: Tensor,
  name: string,
  place: { readonly location: string; readonly offset: number },
): TensorProto {
  const entries = Object.entries({ ...place, length: storedBytes(tensor.dtype, tensor.data.length) })
  return create(TensorProtoSchema, {
    ...header(tensor, name),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: entries.map(([key, value]) => ({ key, value: String(value) })),
  })
}

/** The data of a tensor as little-endian bytes, which it does not copy unless it packs them. */
export function bytesOf({ dtype, data }: Tensor): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return dtype === 'int4' ? packInt4(bytes) : bytes
}

function header({ shape, dtype }: Tensor, name: string) {
  return { name, dims: shape.map(BigInt), dataType: elementTypeCodes[dtype] }
}
