import type { Node } from '../../../../graph/types.js'
import type { Rule } from '../call.js'
import { convTranspose } from './conv-transpose.js'
import { conv } from './convolution.js'
import { depthToSpace } from './depth-to-space.js'
import { einsum } from './einsum.js'
import { elementwise } from './elementwise.js'
import { gemm, matMul } from './linear.js'
import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  lpNormalization,
} from './normalization.js'
import { pad } from './pad.js'
import { averagePool, globalPool, maxPool } from './pooling.js'
import { argument, reductions } from './reduction.js'
import { constantOfShape, expand, tile } from './repeat.js'
import { resize } from './resize.js'
import { concat, reshape, transpose } from './shape.js'
import { gather, slice, split } from './slicing.js'
import { softmax } from './softmax.js'

const rules = new Map<string, Rule>([
  ...elementwise,
  ...reductions,
  ['Conv', conv],
  ['ConvTranspose', convTranspose],
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['BatchNormalization', batchNormalization],
  ['InstanceNormalization', instanceNormalization],
  ['LayerNormalization', layerNormalization],
  ['GroupNormalization', groupNormalization],
  ['LpNormalization', lpNormalization],
  ['Einsum', einsum],
  ['Tile', tile],
  ['Expand', expand],
  ['ConstantOfShape', constantOfShape],
  ['ArgMax', argument('ArgMax')],
  ['ArgMin', argument('ArgMin')],
  ['MaxPool', maxPool],
  ['AveragePool', averagePool],
  ['GlobalAveragePool', globalPool('Mean')],
  ['GlobalMaxPool', globalPool('Max')],
  ['Reshape', reshape],
  ['Flatten', reshape],
  ['Squeeze', reshape],
  ['Unsqueeze', reshape],
  ['Transpose', transpose],
  ['Concat', concat],
  ['Pad', pad],
  ['Softmax', softmax('Softmax')],
  ['LogSoftmax', softmax('LogSoftmax')],
  ['Slice', slice],
  ['Split', split],
  ['Gather', gather],
  ['Resize', resize],
  ['Upsample', resize],
  ['DepthToSpace', depthToSpace],
])

/** How a node is written; undefined for an operator that TF.js cannot hold. */
export function ruleOf(node: Node): Rule | undefined {
  return node.domain === '' ? rules.get(node.op) : undefined
}
