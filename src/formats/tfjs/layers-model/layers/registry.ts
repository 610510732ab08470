import type { Layer } from '../call.js'
import { activations } from './activation.js'
import { attentions } from './attention.js'
import { convolutions } from './convolution.js'
import { core } from './core.js'
import { maps } from './map.js'
import { merges } from './merge.js'
import { normalizations } from './normalization.js'
import { poolings } from './pooling.js'
import { recurrences } from './recurrent.js'
import { sequences } from './sequence.js'
import { times } from './time.js'

const layers: Readonly<Record<string, Layer>> = {
  ...activations,
  ...attentions,
  ...convolutions,
  ...core,
  ...maps,
  ...merges,
  ...normalizations,
  ...poolings,
  ...recurrences,
  ...sequences,
  ...times,
}

/** What pare knows of a Keras layer, by its class; undefined for one it does not understand. */
export function layerOf(className: string): Layer | undefined {
  return Object.hasOwn(layers, className) ? layers[className] : undefined
}
