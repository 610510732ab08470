import { familyOf, type LayerConfig, sizeFields } from './layer-config.js'
import type { LayerTime } from './profile.js'

/** The least and the greatest of each size that was measured, by family. */
export type Ranges = Readonly<
  Record<string, { readonly low: readonly number[]; readonly high: readonly number[] }>
>

const sizesOf = (config: LayerConfig) => [...sizeFields.map(field => config[field]), config.taps]

export function rangesOf(layers: readonly LayerTime[]): Ranges {
  const ranges = new Map<string, { low: number[]; high: number[] }>()
  for (const { config } of layers) {
    const sizes = sizesOf(config)
    const { low, high } = ranges.get(familyOf(config)) ?? { low: sizes, high: sizes }
    ranges.set(familyOf(config), {
      low: low.map((size, i) => Math.min(size, sizes[i]!)),
      high: high.map((size, i) => Math.max(size, sizes[i]!)),
    })
  }
  return Object.fromEntries(ranges)
}

/** Whether every size of a layer lies between measured ones of its family. */
export function within(ranges: Ranges, config: LayerConfig): boolean {
  const range = Object.hasOwn(ranges, familyOf(config)) ? ranges[familyOf(config)] : undefined
  return sizesOf(config).every(
    (size, i) => range !== undefined && size >= range.low[i]! && size <= range.high[i]!,
  )
}
