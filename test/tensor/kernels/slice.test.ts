import { beforeAll, describe, expect, it } from 'vitest'
import { initBackend } from '../../../src/tensor/backend.js'
import { add, memory, reshape, slice, tensor, tidy } from '../../../src/tensor/tf.js'

beforeAll(async () => {
  await initBackend('wasm')
})

const shape = [3, 4, 2, 5]
const data = Float32Array.from({ length: 120 }, (_, i) => i)

/** The slice, element by element. */
function slow(begin: readonly number[], size: readonly number[]): number[] {
  const found: number[] = []
  for (let a = 0; a < size[0]!; a++)
    for (let b = 0; b < size[1]!; b++)
      for (let c = 0; c < size[2]!; c++)
        for (let d = 0; d < size[3]!; d++)
          found.push((((begin[0]! + a) * 4 + begin[1]! + b) * 2 + begin[2]! + c) * 5 + begin[3]! + d)
  return found
}

describe('slice', () => {
  it.each([
    [
      [0, 0, 0, 0],
      [3, 4, 2, 5],
    ],
    [
      [1, 0, 0, 0],
      [2, 4, 2, 5],
    ],
    [
      [0, 1, 0, 0],
      [3, 2, 2, 5],
    ],
    [
      [1, 1, 1, 2],
      [2, 3, 1, 2],
    ],
    [
      [0, 0, 1, 0],
      [3, 4, 1, 5],
    ],
  ])('from %j, %j', (begin, size) => {
    const found = tidy(() => [...slice(tensor(data, shape), begin, size).dataSync()])
    expect(found).toEqual(slow(begin, size))
  })

  it('of a vector, and of one of its elements', () => {
    const x = reshape(tensor(data, shape), [120])
    expect([...slice(x, [7], [3]).dataSync()]).toEqual([7, 8, 9])
    expect([...slice(x, [119], [1]).dataSync()]).toEqual([119])
  })
})

it('a clone lives on when its original is freed, and has no buffer of its own', () => {
  const original = tensor([1, 2, 3])
  const { numDataBuffers } = memory()
  const copy = original.clone()
  expect(memory().numDataBuffers).toBe(numDataBuffers)
  original.dispose()
  expect([...add(copy, 1).dataSync()]).toEqual([2, 3, 4])
})
