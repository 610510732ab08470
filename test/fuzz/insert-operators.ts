import type { ModelProto, NodeProto } from '../../src/formats/onnx/proto/onnx_pb.js'
import type { Random } from '../../src/random.js'
import type { DamageModel } from './damage-model.js'
import { addFloats, addIntegers, insertBehind, makeNode, newName, someValue } from './message.js'
import { ABSURD, pick } from './odd.js'

/** What a node is made from: the value it reads, the names of what it makes, and how to make numbers for it. */
interface Place {
  readonly model: ModelProto
  readonly random: Random
  readonly from: string
  readonly made: string
  /** A number that may fit, or one that hardly does. */
  number(...sensible: readonly bigint[]): bigint
  numbers(length: number, ...sensible: readonly bigint[]): string
}

const SIZES = [1n, 2n, 3n, 4n, 8n, 16n, 64n, 2n ** 20n, 2n ** 28n, 2n ** 31n - 1n, -1n, 0n]

/** Puts a node between a value and all that reads it. */
function inserting(make: (place: Place) => NodeProto): DamageModel {
  return (model, random) => {
    const from = someValue(model, random)
    const made = newName(model)
    const number = (...sensible: readonly bigint[]) =>
      random.below(4) === 0 ? pick(ABSURD, random)! : pick(sensible, random)!
    const numbers = (length: number, ...sensible: readonly bigint[]) =>
      addIntegers(
        model,
        Array.from({ length }, () => number(...sensible)),
      )
    insertBehind(model, from, [make({ model, random, from, made, number, numbers })], made)
  }
}

const split = inserting(({ model, random, from, made, number, numbers }) => {
  const rest = Array.from({ length: random.below(4) }, (_, i) => `${made}_${i}`)
  const input = random.below(2) === 0 ? [from] : [from, numbers(1 + rest.length, 1n, 2n, 4n)]
  const parts = random.below(3) === 0 ? { num_outputs: number(2n, 3n, 2n ** 28n) } : {}
  if (random.below(2) === 0) for (const set of model.opsetImport) set.version = 18n
  return makeNode('Split', input, [made, ...rest], { axis: number(0n, 1n, 2n, -1n), ...parts })
})

const slice = inserting(({ random, from, made, numbers }) => {
  const length = 1 + random.below(3)
  const bounds = [
    numbers(length, 0n, 1n, -1n),
    numbers(length, 1n, -1n, 2n ** 63n - 1n),
    numbers(length, 0n, 1n, 2n, 3n, -1n),
    numbers(length, 1n, 2n, -1n),
  ]
  return makeNode('Slice', [from, ...bounds.slice(0, 2 + random.below(3))], [made])
})

const gather = inserting(({ model, random, from, made, number }) => {
  const dims = pick([[], [1], [3], [2, 2], [1, 1, 1], [0]], random)!
  const length = dims.reduce((product, size) => product * size, 1)
  const indices = addIntegers(
    model,
    Array.from({ length }, () => number(0n, 1n, 2n, -1n)),
    dims,
  )
  return makeNode(pick(['Gather', 'GatherElements', 'GatherND'], random)!, [from, indices], [made], {
    axis: number(0n, 1n, 2n, -1n),
  })
})

const resize = inserting(({ model, random, from, made, numbers }) => {
  const factors = Array.from(
    { length: 4 },
    () => pick([1, 1, 2, 0.5, 0, -1, 1e4, 1e30, NaN, Infinity], random)!,
  )
  const mode = { mode: pick(['nearest', 'linear', 'cubic', 'none'], random)! }
  return random.below(2) === 0
    ? makeNode('Resize', [from, '', addFloats(model, factors)], [made], mode)
    : makeNode('Resize', [from, '', '', numbers(4, 1n, 3n, 8n, ...SIZES)], [made], mode)
})

const reshape = inserting(({ random, from, made, number, numbers }) =>
  makeNode('Reshape', [from, numbers(1 + random.below(6), 0n, -1n, ...SIZES)], [made], {
    allowzero: number(0n, 1n),
  }),
)

const EQUATIONS = [
  'abcd,abcd->',
  'nchw,nchw->nchw',
  'nchw,nkhw->nck',
  '',
  '->',
  'ab',
  ',',
  'nchw,nchw->xyz',
  '...a,a...->...',
]

const einsum = inserting(({ random, from, made }) => {
  const long = Array.from({ length: 5000 }, (_, i) => 'abcdefgh'[i % 8]).join('')
  const equation = pick([...EQUATIONS, `${long},nchw->n`], random)!
  return makeNode('Einsum', [from, from], [made], { equation })
})

const norm = inserting(({ model, random, from, made, number }) => {
  const op = pick(
    ['LayerNormalization', 'GroupNormalization', 'InstanceNormalization', 'BatchNormalization'],
    random,
  )!
  const scale = addFloats(
    model,
    Array.from({ length: 1 + random.below(9) }, () => 1),
  )
  return makeNode(op, [from, scale, scale, ...(op === 'BatchNormalization' ? [scale, scale] : [])], [made], {
    axis: number(1n, 2n, -1n),
    num_groups: number(1n, 2n, 3n),
  })
})

const tile = inserting(({ random, from, made, numbers }) =>
  makeNode('Tile', [from, numbers(pick([4, 4, 2, 1, 5], random)!, 1n, 1n, 1n, ...SIZES)], [made]),
)

const expand = inserting(({ random, from, made, numbers }) =>
  makeNode('Expand', [from, numbers(pick([4, 4, 5, 1, 65], random)!, 1n, 1n, ...SIZES)], [made]),
)

const blocks = inserting(({ random, from, made, number }) =>
  makeNode(pick(['DepthToSpace', 'SpaceToDepth'], random)!, [from], [made], {
    blocksize: number(1n, 2n, 3n, 16n, 65_536n),
    mode: pick(['DCR', 'CRD', 'odd'], random)!,
  }),
)

const pad = inserting(({ random, from, made, numbers }) =>
  makeNode('Pad', [from, numbers(pick([8, 8, 4, 2, 10], random)!, 0n, 0n, 1n, -1n, ...SIZES)], [made]),
)

const axes = inserting(({ random, from, made, number, numbers }) => {
  const op = pick(
    ['Transpose', 'Squeeze', 'Unsqueeze', 'ReduceMean', 'Concat', 'Flatten', 'Softmax'],
    random,
  )!
  const axis = { axis: number(0n, 1n, -1n) }
  if (op === 'Transpose')
    return makeNode(op, [from], [made], { perm: Array.from({ length: 4 }, () => number(0n, 1n, 2n, 3n)) })
  if (op === 'Concat')
    return makeNode(
      op,
      Array.from({ length: 1 + random.below(40) }, () => from),
      [made],
      axis,
    )
  if (op === 'Flatten' || op === 'Softmax') return makeNode(op, [from], [made], axis)
  return makeNode(op, [from, numbers(1 + random.below(3), 0n, 1n, 2n, -1n)], [made])
})

const product = inserting(({ random, from, made }) =>
  makeNode(pick(['MatMul', 'Gemm', 'Conv', 'ConvTranspose', 'Mul', 'PRelu'], random)!, [from, from], [made]),
)

const window = inserting(({ random, from, made, number }) =>
  makeNode(pick(['MaxPool', 'AveragePool', 'LpPool'], random)!, [from], [made], {
    kernel_shape: [number(1n, 2n, 3n), number(1n, 2n, 2n ** 20n)],
    strides: [number(1n, 2n), number(1n, 2n)],
    dilations: [number(1n, 2n), number(1n, 2n)],
    pads: Array.from({ length: 4 }, () => number(0n, 1n, 2n ** 20n)),
    ceil_mode: number(0n, 1n),
  }),
)

/** Known operators with numbers that may fit or not, each between some value and all that reads it. */
export const insertOperators: Readonly<Record<string, DamageModel>> = {
  split,
  slice,
  gather,
  resize,
  reshape,
  einsum,
  norm,
  tile,
  expand,
  blocks,
  pad,
  axes,
  product,
  window,
}
