import { describe, expect, it } from 'vitest'
import { augment } from '../../src/data/augment.js'
import { randomStream } from '../../src/random.js'

const shape = [2, 8, 16] as const
const [channels, height, width] = shape
const size = channels * height * width

/** Images whose every pixel has a value of its own. */
const images = Float32Array.from({ length: 200 * size }, (_, i) => i)

/** Every image that a change may make of one, by a slow padded copy: moved by up to an eighth, mirrored or not. */
function variants(
  index: number,
  moves: { readonly down: number; readonly right: number },
  mirrored: boolean,
) {
  const at = (c: number, y: number, x: number) => images[index * size + (c * height + y) * width + x]!
  const mirror = (place: number, most: number) =>
    [-2, -1, ...Array(most).keys(), most, most + 1].map(p => (p < 0 ? -p : p >= most ? 2 * most - 2 - p : p))[
      place + 2
    ]!
  return Float32Array.from({ length: size }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
    const column = mirror(x + moves.right, width)
    return at(c, mirror(y + moves.down, height), mirrored ? width - 1 - column : column)
  })
}

const changed = (kinds: Parameters<typeof augment>[2], seed = 1) =>
  augment(images, shape, kinds, randomStream(seed, 0, 'augment'))

describe('augmentation', () => {
  it('mirrors about half of the images, all channels alike, and moves none', () => {
    const result = changed(['flip'])
    const mirrored = Array.from({ length: 200 }, (_, i) => {
      const image = result.subarray(i * size, (i + 1) * size)
      const isMirrored = image[0] !== images[i * size]
      expect(image).toEqual(variants(i, { down: 0, right: 0 }, isMirrored))
      return isMirrored
    }).filter(Boolean).length
    // Three standard deviations about 100.
    expect(Math.abs(mirrored - 100)).toBeLessThan(22)
  })

  it('moves images by every step up to an eighth of each side, the edge mirrored', () => {
    const result = changed(['crop'])
    const seen = new Set<string>()
    for (let i = 0; i < 200; i++) {
      const image = result.subarray(i * size, (i + 1) * size)
      const moves = [-1, 0, 1].flatMap(down => [-2, -1, 0, 1, 2].map(right => ({ down, right })))
      const found = moves.find(move => variants(i, move, false).every((value, p) => value === image[p]))
      seen.add(JSON.stringify(found))
    }
    expect(seen.size).toBe(15)
    expect(seen).not.toContain(undefined)
  })

  it('does both, as the stream of numbers has it, and leaves the samples as they are', () => {
    const before = images.slice()
    const result = changed(['flip', 'crop'])
    expect(result).toEqual(changed(['flip', 'crop']))
    expect(result).not.toEqual(changed(['flip', 'crop'], 2))
    expect(images).toEqual(before)
  })

  it('moves no image of one pixel', () => {
    const pixels = Float32Array.from([1, 2, 3])
    expect(augment(pixels, [1, 1, 1], ['flip', 'crop'], randomStream(1, 0, 'x'))).toEqual(pixels)
  })
})
