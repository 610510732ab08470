import { likelihoodLost, type SensitivityTable } from '../src/compress/sensitivity-table.js'
import type { Decidable, SiteFeatures } from './site.js'

/** The values of a decision that stand for half and a quarter of what there is: of 8 bits, channels or ranks; a block goes. */
export function halfAndQuarter({
  kind,
  legal,
}: Pick<Decidable, 'kind' | 'legal'>): readonly [number, number] {
  switch (kind) {
    case 'keep':
    case 'rank': {
      const of = (share: number) => Math.max(1, Math.round(legal.at(-1)! * share))
      return [of(0.5), of(0.25)]
    }
    case 'weightBits':
    case 'activationBits':
      return [4, 2]
    case 'blocks':
      return [0, 0]
  }
}

/** What was measured of a decision, in place of what is estimated from moments; nothing where it was not. */
export function measuredErrors(
  table: SensitivityTable,
  decidable: Pick<Decidable, 'kind' | 'name' | 'legal'>,
): Partial<Pick<SiteFeatures, 'errorAtHalf' | 'errorAtQuarter'>> {
  const [half, quarter] = halfAndQuarter(decidable)
  const errorAtHalf = likelihoodLost(table, decidable, half)
  const errorAtQuarter = likelihoodLost(table, decidable, quarter)
  return errorAtHalf === undefined || errorAtQuarter === undefined ? {} : { errorAtHalf, errorAtQuarter }
}
