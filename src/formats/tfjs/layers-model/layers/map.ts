import { z } from 'zod'
import { GraphError } from '../../../../graph/types.js'
import { resize } from '../../import/ops/convolution.js'
import { pad, type Range, slice } from '../../import/ops/shape.js'
import { shapeOf } from '../../import/value.js'
import { assertChannelsLast, type Layer, only, options, pair } from '../call.js'

const size = z.number().int().nonnegative()
const twice = z.tuple([size, size])

/** One number for all sides, one for rows and one for columns, or a pair (before, after) for each. */
const sides = z.union([
  size.transform((all): [[number, number], [number, number]] => [
    [all, all],
    [all, all],
  ]),
  twice.transform(([rows, columns]): [[number, number], [number, number]] => [
    [rows, rows],
    [columns, columns],
  ]),
  z.tuple([twice, twice]),
])

const zeroPadding: Layer = call => {
  assertChannelsLast(call)
  const { padding } = options(
    call,
    z.looseObject({
      padding: sides.default([
        [1, 1],
        [1, 1],
      ]),
    }),
  )
  return pad(call.b, only(call), [[0, 0], ...padding, [0, 0]], 'constant', '')
}

const cropping: Layer = call => {
  assertChannelsLast(call)
  const { cropping } = options(
    call,
    z.looseObject({
      cropping: sides.default([
        [0, 0],
        [0, 0],
      ]),
    }),
  )
  const ranges = cropping.flatMap(([before, after], i): Range[] =>
    before === 0 && after === 0
      ? []
      : [{ axis: i + 1, start: before, end: after === 0 ? null : -after, step: 1 }],
  )
  return slice(call.b, only(call), ranges)
}

const upSampling: Layer = call => {
  assertChannelsLast(call)
  const schema = z.looseObject({ size: pair.default([2, 2]), interpolation: z.string().nullish() })
  const { size, interpolation } = options(call, schema)
  if (interpolation != null && interpolation !== 'nearest' && interpolation !== 'bilinear')
    throw new GraphError(`interpolation ${interpolation} is not supported`)
  const [, height = null, width = null] = shapeOf(only(call))
  return resize(call.b, only(call), {
    size: [height === null ? null : height * size[0], width === null ? null : width * size[1]],
    mode: interpolation ?? 'nearest',
    // Keras blends around the middles of cells, TF.js around their corners.
    corners: interpolation === 'bilinear' && call.keras !== null ? 'half-pixel' : 'asymmetric',
  })
}

export const maps: Readonly<Record<string, Layer>> = {
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  UpSampling2D: upSampling,
}
