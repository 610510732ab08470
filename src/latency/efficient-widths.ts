import { configAt, groupsOf, type LayerModel } from './layer-model.js'
import { type Predictor, predictLayer } from './predictor.js'

/** What a narrower layer must save to be worth its lost channels, as a share of what the layers that it touches take. */
const WORTH = 0.03

/**
 * The widths of each group that pay: those with which the network, else whole, is predicted to be faster than with any
 * wider one, and noticeably so. Kernels work in blocks of channels: a width between two blocks often costs as much as the
 * next block, or more.
 * @returns ascending, by group; the whole width is always among them
 */
export function efficientWidths(
  predictor: Predictor,
  models: readonly LayerModel[],
  groups: readonly { readonly name: string; readonly size: number }[],
): Record<string, number[]> {
  const timeOf = (model: LayerModel, gone: (group: number) => number) =>
    predictLayer(predictor, configAt(model, gone)).value
  return Object.fromEntries(
    groups.map(({ name, size }, g) => {
      const touched = models.filter(model => groupsOf(model).includes(g))
      const at = (width: number) =>
        touched.reduce((sum, model) => sum + timeOf(model, group => (group === g ? size - width : 0)), 0)
      const widths = [size]
      let fastest = at(size)
      const least = WORTH * fastest
      for (let width = size - 1; width >= 1; width--) {
        const time = at(width)
        if (time > fastest - least) continue
        widths.unshift(width)
        fastest = time
      }
      return [name, widths]
    }),
  )
}
