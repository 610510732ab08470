import { type TensorProto, TensorProto_DataType } from '../../src/formats/onnx/proto/onnx_pb.js'
import type { Random } from '../../src/random.js'
import type { DamageModel } from './damage-model.js'
import { ABSURD, pick } from './odd.js'

/** Numbers that operators are given; the writer keeps them as raw bytes. */
function numbersOf({ rawData, int64Data }: TensorProto): bigint[] {
  const raw = new BigInt64Array(Uint8Array.from(rawData).buffer)
  return raw.length > 0 ? [...raw] : [...int64Data]
}

function setNumbers(tensor: TensorProto, values: readonly bigint[], dims: readonly bigint[]): void {
  tensor.rawData = new Uint8Array(BigInt64Array.from(values).buffer)
  tensor.int64Data = []
  tensor.dims = [...dims]
}

function someNumbers(model: Parameters<DamageModel>[0], random: Random): TensorProto | undefined {
  const int64 = model.graph?.initializer.filter(t => t.dataType === TensorProto_DataType.INT64) ?? []
  return pick(int64, random)
}

/** Sizes, axes, bounds, paddings and indices that mean nothing or too much. */
const absurdNumber: DamageModel = (model, random) => {
  const tensor = someNumbers(model, random)
  if (tensor === undefined) return
  const values = numbersOf(tensor)
  const at = random.below(Math.max(1, values.length))
  if (values.length > 0)
    values[at] = random.below(3) === 0 ? values[at]! + BigInt(random.below(5) - 2) : pick(ABSURD, random)!
  setNumbers(tensor, values, tensor.dims)
}

const otherLength: DamageModel = (model, random) => {
  const tensor = someNumbers(model, random)
  if (tensor === undefined) return
  const values = numbersOf(tensor)
  const choice = random.below(4)
  if (choice === 0) setNumbers(tensor, [], [0n])
  else if (choice === 1) setNumbers(tensor, [...values, ...values], [BigInt(2 * values.length)])
  else if (choice === 2) setNumbers(tensor, [...values, 1n], [BigInt(values.length + 1), 1n])
  else
    setNumbers(
      tensor,
      Array.from({ length: 65 }, () => pick(ABSURD, random)!),
      [65n],
    )
}

/** Operators whose numbers change places. */
const exchanged: DamageModel = (model, random) => {
  const nodes = model.graph?.node.filter(({ input }) => input.length > 1) ?? []
  const [a, b] = [pick(nodes, random), pick(nodes, random)]
  if (a === undefined || b === undefined) return
  const [i, j] = [1 + random.below(a.input.length - 1), 1 + random.below(b.input.length - 1)]
  ;[a.input[i], b.input[j]] = [b.input[j]!, a.input[i]!]
}

export const damageConstants: Readonly<Record<string, DamageModel>> = { absurdNumber, otherLength, exchanged }
