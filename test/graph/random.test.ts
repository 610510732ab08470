import { expect, it } from 'vitest'
import { type BlockName, blockNames } from '../fixtures/random-graph/blocks.js'
import { checkRandomGraph } from '../fixtures/random-graph/properties.js'

const GRAPHS = 12

it.each(blockNames.map(block => ({ block })))(
  'graphs with $block: shapes as in ONNX Runtime, equal to their twins after slicing',
  async ({ block }) => {
    const from: BlockName[] = [block, block, 'plain', 'residual', 'dense']
    for (let number = 0; number < GRAPHS; number++) {
      const checked = await checkRandomGraph(3, number, { from, zeroStays: number % 2 === 0 })
      expect(checked.kind, `graph ${number}: ${checked.reason}`).not.toBe('failed')
    }
  },
)
