import { type DType, GraphError } from '../../graph/types.js'
import { TensorProto_DataType as Proto } from './proto/onnx_pb.js'

const codes: Readonly<Record<DType, Proto>> = {
  float32: Proto.FLOAT,
  float64: Proto.DOUBLE,
  float16: Proto.FLOAT16,
  bfloat16: Proto.BFLOAT16,
  int8: Proto.INT8,
  uint8: Proto.UINT8,
  int16: Proto.INT16,
  uint16: Proto.UINT16,
  int32: Proto.INT32,
  uint32: Proto.UINT32,
  int64: Proto.INT64,
  uint64: Proto.UINT64,
  bool: Proto.BOOL,
}

const names = new Map(Object.entries(codes).map(([name, code]) => [code, name as DType]))

/** ONNX's number for an element type. */
export function toCode(dtype: DType): number {
  return codes[dtype]
}

/** The element type of ONNX's number. @throws GraphError naming `what` for a type pare does not hold. */
export function fromCode(code: number, what: string): DType {
  const name = names.get(code)
  if (name === undefined)
    throw new GraphError(`${what}: element type ${Proto[code] ?? code} is not supported`)
  return name
}
