import { expect, it } from 'vitest'
import { packedLayers } from '../../../src/cli/pack/packed-layers.js'
import { shareWeights } from '../../../src/compress/sharing/share-weights.js'
import { writePare } from '../../../src/formats/pare/write.js'
import { floats, floatTensor } from '../../../src/graph/tensor.js'
import { smallNet } from '../../fixtures/small-net.js'

const net = smallNet(1)
const third = net.initializers.get('w3')!
/** Every fourth weight of the dense layer stays. */
const pruned = {
  ...net,
  initializers: new Map([
    ...net.initializers,
    [
      'w3',
      floatTensor(
        third.shape,
        floats(third).map((w, i) => (i % 4 === 0 ? w : 0)),
      ),
    ],
  ]),
}

it('tells what each layer keeps and takes, and all bytes of the file', () => {
  const shared = shareWeights(
    pruned,
    new Map([
      ['first', 3],
      ['third', 2],
    ]),
  )
  const bytes = writePare(shared, 'packed')
  const { layers, parts } = packedLayers(pruned, shared, bytes)
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(bytes.length)
  expect(layers).toMatchObject([
    // 45 weights of 3 bits and 8 floats.
    { node: 'first', op: 'Conv', weights: 45, kept: 1, bits: 3, indexBits: null, bytes: 17 + 32 },
    { node: 'second', weights: 60, kept: 1, bits: null, indexBits: null, bytes: 240 },
    // A number of entries, 27 of them with 2 bits of index and 2 of weight, and 4 floats.
    { node: 'third', op: 'Gemm', weights: 108, kept: 0.25, bits: 2, indexBits: 2, bytes: 4 + 7 + 7 + 16 },
  ])
  // The biases: 5, 3 and 4 floats.
  expect(parts.others).toBe(48)
})
