import { stringAttribute } from '../../../../graph/attributes.js'
import { padsOf } from '../../../../graph/ops/pad.js'
import { toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { text } from '../attribute.js'
import { type Call, input, optionalConstant, outputShape, type Rule } from '../call.js'
import { materialize, physicalSizes, plain } from '../layout.js'
import { assertHoldable } from '../tensor.js'
import type { Computed } from '../value.js'

/** Cells before and behind each axis. */
export const pad: Rule = call => {
  const { b } = call
  const given = materialize(b, input(call, 0))
  const x = given.layout.kind === 'flat' ? plain(b, given) : given
  const rank = x.shape.length
  const pads = physicalSizes(x.layout, pairsOf(call, rank))
  if (pads.flat().some(size => size < 0)) throw new GraphError('TF.js has no padding by less than nothing')
  return { ...x, name: placed(call, x, pads), shape: outputShape(call) }
}

function pairsOf(call: Call, rank: number): (readonly [number, number])[] {
  const constants = new Map(call.node.inputs.map((name, i) => [name, call.inputs[i]]))
  const pads = padsOf(call.node, rank, name => {
    const found = constants.get(name)
    return found?.kind === 'constant' ? toNumbers(found.tensor) : undefined
  })
  if (pads?.length !== 2 * rank) throw new GraphError(`expected constant pads for ${rank} axes`)
  return Array.from({ length: rank }, (_, axis) => [pads[axis]!, pads[axis + rank]!])
}

function placed(call: Call, x: Computed, pads: readonly (readonly [number, number])[]): string {
  const { b, node } = call
  const mode = stringAttribute(node, 'mode', 'constant')
  const sizes = () => b.integers(pads.flat(), [pads.length, 2])
  switch (mode) {
    case 'constant': {
      const value = fillOf(call)
      if (value === 0) return b.emit('Pad', [x.name, sizes()])
      return b.emit('PadV2', [x.name, sizes(), b.scalar(value)])
    }
    case 'reflect':
      return b.emit('MirrorPad', [x.name, sizes()], { mode: text('REFLECT') })
    case 'edge':
      return repeated(call, x, pads)
    default:
      throw new GraphError(`TF.js has no padding of mode ${mode}`)
  }
}

/** What the new cells hold: an attribute before operator set 11, an input since. */
function fillOf(call: Call): number {
  const constant = optionalConstant(call, 2)
  if (constant !== undefined) return toNumbers(constant.tensor)[0] ?? 0
  const { value } = call.node.attributes
  return value?.kind === 'float' ? value.value : 0
}

/** The cells at the edges again and again: TF.js has no such padding, but takes cells by their index. */
function repeated({ b }: Call, x: Computed, pads: readonly (readonly [number, number])[]): string {
  const sizes = physicalSizes(x.layout, x.shape)
  return pads.reduce((name, [before, after], axis) => {
    if (before === 0 && after === 0) return name
    const size = sizes[axis] ?? null
    if (size === null) throw new GraphError('the size of an axis to pad depends on the batch')
    assertHoldable(before + size + after)
    const indices = Array.from({ length: before + size + after }, (_, i) =>
      Math.min(Math.max(i - before, 0), size - 1),
    )
    return b.emit('GatherV2', [name, b.integers(indices), b.integer(axis)])
  }, x.name)
}
