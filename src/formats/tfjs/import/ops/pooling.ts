import { int } from '../attribute.js'
import type { Builder } from '../builder.js'
import { channelsFirst } from '../layout.js'
import { type Computed, channelsFirstLayout, computed, plainLayout, type Value } from '../value.js'
import { placeWindow, poolAttributes, type Window } from '../window.js'

/** Max or mean over a window; cells of the padding count for neither, as in TensorFlow. */
export function pool(b: Builder, value: Value, kind: 'max' | 'average', window: Window): Computed {
  const x = channelsFirst(b, value)
  const { attributes, spatial } = placeWindow(window, x.shape.slice(1, 3))
  const all = kind === 'max' ? attributes : { ...poolAttributes(attributes), count_include_pad: int(0) }
  const name = b.emit(kind === 'max' ? 'MaxPool' : 'AveragePool', [x.name], all)
  return computed(name, [x.shape[0]!, ...spatial, x.shape[3]!], channelsFirstLayout)
}

/** Max or mean over the whole map: [n, 1, 1, c], or [n, c] where the axes are not kept. */
export function globalPool(b: Builder, value: Value, kind: 'max' | 'average', keep: boolean): Computed {
  const x = channelsFirst(b, value)
  const [batch = null, , , channels = null] = x.shape
  const name = b.emit(kind === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool', [x.name])
  if (keep) return computed(name, [batch, 1, 1, channels], channelsFirstLayout)
  return computed(b.emit('Flatten', [name], { axis: int(1) }), [batch, channels], plainLayout)
}
