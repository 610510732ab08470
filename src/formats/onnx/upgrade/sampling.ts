import { stringAttribute } from '../../../graph/attributes.js'
import { floatTensor, toNumbers } from '../../../graph/tensor.js'
import type { Attribute, Node } from '../../../graph/types.js'
import type { Rewriting, Rule, VersionedRule } from './rule.js'

const text = (value: string): Attribute => ({ kind: 'string', value })

/** 10 and earlier scale the places of elements, not of their centres, and take the element before the place. */
function asymmetric(node: Node, scales: string, nearest: string): Node {
  const [input = ''] = node.inputs
  const mode = stringAttribute(node, 'mode', 'nearest').replace(/^.*linear$/, 'linear')
  return {
    ...node,
    op: 'Resize',
    inputs: [input, '', scales],
    attributes: {
      mode: text(mode),
      coordinate_transformation_mode: text('asymmetric'),
      ...(mode === 'nearest' ? { nearest_mode: text(nearest) } : {}),
    },
  }
}

const upsample: Rule = (node, rewriting) => {
  const given = node.attributes.scales
  if (rewriting.opset >= 9) return [asymmetric(node, node.inputs[1] ?? '', 'floor')]
  if (given?.kind !== 'floats') return undefined
  const scales = rewriting.add(`${node.id}/scales`, floatTensor([given.value.length], given.value))
  return [asymmetric(node, scales, 'floor')]
}

/** Resize of 10 takes the element behind the place, not the one before, along an axis that it makes shorter. */
const resize10: Rule = (node, rewriting) => {
  const [, name = ''] = node.inputs
  const scales = rewriting.constant(name)
  const values = scales === undefined ? [] : toNumbers(scales)
  const [shorter, longer] = [values.some(scale => scale < 1), values.some(scale => scale > 1)]
  const linear = stringAttribute(node, 'mode', 'nearest') !== 'nearest'
  if (!linear && (values.length === 0 || (shorter && longer))) return undefined
  return [asymmetric(node, name, shorter ? 'ceil' : 'floor')]
}

/**
 * Since 13, optional inputs may be left out, where 11 wants an empty tensor; scales must be where there are sizes; and one
 * way to count places is gone.
 */
const resize11: Rule = (node, rewriting) => {
  if (stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_half_pixel_for_nn')
    return undefined
  const [input = '', ...others] = node.inputs
  const [region = '', scales = '', sizes = ''] = others.map(name => (isEmpty(name, rewriting) ? '' : name))
  const size = sizes === '' ? [scales] : ['', sizes]
  return [{ ...node, inputs: [input, region, ...size] }]
}

function isEmpty(name: string, rewriting: Rewriting): boolean {
  return rewriting.constant(name)?.data.length === 0
}

const resize: Rule = (node, rewriting) =>
  rewriting.opset < 11 ? resize10(node, rewriting) : resize11(node, rewriting)

/** Since 16, places are those of the elements' centres unless the node says otherwise. */
const roiAlign: Rule = node => [
  {
    ...node,
    attributes: { ...node.attributes, coordinate_transformation_mode: text('output_half_pixel') },
  },
]

/** Operators that look between elements, and changed where they look. */
export const sampling: readonly (readonly [string, VersionedRule])[] = [
  ['Upsample', { since: 10, rule: upsample }],
  ['Resize', { since: 13, rule: resize }],
  ['RoiAlign', { since: 16, rule: roiAlign }],
]
