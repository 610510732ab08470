import { elementTypeOf } from '../../graph/element-types.js'
import { type DType, GraphError } from '../../graph/types.js'
import { TensorProto_DataType as Proto } from './proto/onnx_pb.js'

/** The element type of ONNX's number. @throws GraphError naming `what` for a type pare does not hold. */
export function fromCode(code: number, what: string): DType {
  const name = elementTypeOf(code)
  if (name === undefined)
    throw new GraphError(`${what}: element type ${Proto[code] ?? code} is not supported`)
  return name
}
