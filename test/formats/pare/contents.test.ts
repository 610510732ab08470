import { expect, it } from 'vitest'
import { pareContents } from '../../../src/formats/pare/contents.js'
import { readPare } from '../../../src/formats/pare/read.js'
import { writePare } from '../../../src/formats/pare/write.js'
import { randomStream } from '../../../src/random.js'
import { randomGraph } from '../../fixtures/random-graph/random-graph.js'
import { compressed } from './compressed.js'

it('the parts of a file add up to its bytes, and its constants are those of the model', () => {
  for (let number = 0; number < 20; number++) {
    const random = randomStream(1, number, 'contents')
    const graph = compressed(randomGraph(random), random)
    for (const mode of ['exact', 'packed', 'small'] as const) {
      const bytes = writePare(graph, mode)
      const { header, skeleton, table, constants } = pareContents(bytes)
      const data = [...constants.values()].reduce((sum, constant) => sum + constant.bytes, 0)
      expect(header + skeleton + table + data, `graph ${number}, ${mode}`).toBe(bytes.length)
      const read = readPare(bytes).initializers
      for (const name of constants.keys()) expect(read.has(name), `graph ${number}: ${name}`).toBe(true)
    }
  }
})
