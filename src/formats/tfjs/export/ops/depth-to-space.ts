import { intAttribute, stringAttribute } from '../../../../graph/attributes.js'
import { GraphError } from '../../../../graph/types.js'
import { int, text } from '../attribute.js'
import { input, outputShape, type Rule } from '../call.js'
import { channelsLast } from '../layout.js'

/** Blocks of channels as cells, in TensorFlow's order: rows, columns, then channels. */
export const depthToSpace: Rule = call => {
  const { b, node } = call
  const mode = stringAttribute(node, 'mode', 'DCR')
  if (mode !== 'DCR') throw new GraphError(`TF.js has no DepthToSpace of mode ${mode}`)
  const x = channelsLast(b, input(call, 0))
  const attributes = { block_size: int(intAttribute(node, 'blocksize', 1)), data_format: text('NHWC') }
  return { ...x, name: b.emit('DepthToSpace', [x.name], attributes), shape: outputShape(call) }
}
