import { expect, it } from 'vitest'
import { documentWith } from '../../../src/cli/runs/print-chunks.js'

const item = (i: number) => ({ i, deep: { list: [1, { text: 'a\nb' }], none: null } })

it.each([[[]], [[1]], [[2, 1]], [[0, 3, 0, 2]]])(
  'a list in pages of %j is written as one would be',
  async sizes => {
    let next = 0
    const pages = sizes.map(size => Array.from({ length: size }, () => item(next++)))
    async function* inTurn() {
      yield* pages
    }
    const head = { name: 'a "run"', list: [], nested: { x: [1, 2] } }
    let text = ''
    for await (const chunk of documentWith(head, 'history', inTurn())) text += chunk
    expect(text).toBe(`${JSON.stringify({ ...head, history: pages.flat() }, null, 2)}\n`)
  },
)
