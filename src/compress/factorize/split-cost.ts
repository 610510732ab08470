import type { SplittableLayer } from './layers.js'

/**
 * How a convolution is split. `outputs`: its kernel makes few channels, from which a 1x1 one makes all (Zhang et al. 2016,
 * "Accelerating very deep convolutional networks", section 3.1). `tucker`: 1x1, the kernel between few channels, 1x1 (Kim et
 * al. 2016). `spatial`: a column, then a row (Jaderberg et al. 2014, scheme 2). Dense layers and 1x1 kernels have one form.
 *
 * Sums of Kronecker products (Van Loan & Pitsianis 1993) are left out: on the dense layers of LeNet-300-100 and LeNet-5 the
 * nearest ones lose more of the weights' energy than the rank of equal MACs, at every share (at a half 0.32 against 0.20).
 */
export const splitForms = ['outputs', 'tucker', 'spatial'] as const

export type SplitForm = (typeof splitForms)[number]

export interface SplitCost {
  readonly macs: number
  /** Elements of the weights; biases stay. */
  readonly weights: number
}

/** What of a layer its costs depend on. */
export type LayerForm = Pick<
  SplittableLayer,
  'rows' | 'columns' | 'cells' | 'kernel' | 'positions' | 'middlePositions' | 'inputPositions'
>

/** The form a layer really gets: kernels of one cell leave no choice. */
export function formOf({ cells }: Pick<LayerForm, 'cells'>, form: SplitForm): SplitForm {
  return cells === 1 ? 'outputs' : form
}

/** The rank at which a split loses nothing. */
export function fullRank({ rows, columns, kernel, cells }: LayerForm, form: SplitForm): number {
  const [height = 1, width = 1] = kernel
  switch (formOf({ cells }, form)) {
    case 'outputs':
      return Math.min(rows, columns)
    case 'tucker':
      return rows
    case 'spatial':
      return Math.min((columns / cells) * height, rows * width)
  }
}

/** Channels before the kernel of a Tucker split with `rank` behind it: the same share of what there is. */
export function inputRank({ rows, columns, cells }: LayerForm, rank: number): number {
  return Math.max(1, Math.round((columns / cells) * (rank / rows)))
}

/** MACs and weights of a layer as it is. */
export function wholeCost({ rows, columns, positions }: LayerForm): SplitCost {
  return { macs: positions * rows * columns, weights: rows * columns }
}

/** MACs and weights of a layer that is split at a rank; neither falls when it rises. */
export function splitCost(layer: LayerForm, form: SplitForm, rank: number): SplitCost {
  const { rows, columns, cells, kernel, positions } = layer
  const channels = columns / cells
  const [height = 1, width = 1] = kernel
  const of = (...parts: readonly (readonly [positions: number, weights: number])[]): SplitCost => ({
    macs: parts.reduce((sum, [places, weights]) => sum + places * weights, 0),
    weights: parts.reduce((sum, [, weights]) => sum + weights, 0),
  })
  switch (formOf(layer, form)) {
    case 'outputs':
      return of([positions, rank * columns], [positions, rank * rows])
    case 'tucker': {
      const before = inputRank(layer, rank)
      return of(
        [layer.inputPositions, channels * before],
        [positions, before * rank * cells],
        [positions, rank * rows],
      )
    }
    case 'spatial':
      return of([layer.middlePositions, channels * height * rank], [positions, rank * width * rows])
  }
}

/** Whether a split has both fewer MACs and fewer weights than the layer. */
export function saves(layer: LayerForm, form: SplitForm, rank: number): boolean {
  const [split, whole] = [splitCost(layer, form, rank), wholeCost(layer)]
  return split.macs < whole.macs && split.weights < whole.weights
}

/** The largest rank that costs at most a share of the layer's MACs and of its weights, and saves; 0 where none does. */
export function rankOfShare(layer: LayerForm, form: SplitForm, share: number): number {
  const whole = wholeCost(layer)
  let rank = 0
  for (let next = 1; next < fullRank(layer, form) && saves(layer, form, next); next++) {
    const { macs, weights } = splitCost(layer, form, next)
    if (macs > share * whole.macs || weights > share * whole.weights) break
    rank = next
  }
  return rank
}

/** The ranks at which a split saves, ascending, and last the full one, which leaves the layer whole. */
export function legalRanks(layer: LayerForm, form: SplitForm): readonly number[] {
  const most = rankOfShare(layer, form, 1)
  return [...Array.from({ length: most }, (_, i) => i + 1), fullRank(layer, form)]
}
