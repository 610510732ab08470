import type { Random } from '../random.js'

export const augmentations = ['flip', 'crop'] as const

/** How an image is changed at random: mirrored left to right, or moved by some pixels. */
export type Augmentation = (typeof augmentations)[number]

/** By what share of its height and width an image is moved at most: 4 pixels of 32 (He et al. 2016). */
const SHARE = 1 / 8

/** Whether samples of that shape are images: [channels, height, width]. */
export function areImages(sampleShape: readonly number[]): boolean {
  return sampleShape.length === 3
}

/**
 * Changes images at random, each on its own: a mirrored one with probability 1/2, one moved as if cut at random out of the
 * image padded by an eighth on each side. The padding mirrors the image, so that it needs no colour of its own, which the
 * normalisation would have to tell.
 * @param images [n, channels, height, width] row-major
 * @returns new images
 */
export function augment(
  images: Float32Array,
  [channels = 1, height = 1, width = 1]: readonly number[],
  kinds: readonly Augmentation[],
  random: Random,
): Float32Array {
  const changed = new Float32Array(images.length)
  const size = channels * height * width
  const [flips, crops] = [kinds.includes('flip'), kinds.includes('crop')]
  for (let first = 0; first < images.length; first += size) {
    const isMirrored = flips && random.below(2) === 1
    const down = crops ? shift(height, random) : 0
    const right = crops ? shift(width, random) : 0
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        const to = first + (c * height + y) * width
        const from = first + (c * height + reflected(y + down, height)) * width
        for (let x = 0; x < width; x++) {
          const source = reflected(x + right, width)
          changed[to + x] = images[from + (isMirrored ? width - 1 - source : source)]!
        }
      }
    }
  }
  return changed
}

/** By how many pixels an axis is moved. */
function shift(size: number, random: Random): number {
  const most = Math.min(size - 1, Math.round(size * SHARE))
  return random.below(2 * most + 1) - most
}

/** The place that a place beyond the edge shows, the edge itself not twice. */
function reflected(place: number, size: number): number {
  if (place < 0) return -place
  return place < size ? place : 2 * (size - 1) - place
}
