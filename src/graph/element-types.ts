import type { DType } from './types.js'

/** ONNX's numbers of element types (`TensorProto.DataType`), as files and the attribute of Cast have them. */
export const elementTypeCodes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  int4: 22,
}

const names = new Map(Object.entries(elementTypeCodes).map(([name, code]) => [code, name as DType]))

/** The element type of ONNX's number; undefined for one that pare does not hold. */
export function elementTypeOf(code: number): DType | undefined {
  return names.get(code)
}
