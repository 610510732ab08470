import highsModule from 'highs'
import * as z from 'zod'
import type { Budget } from './budget.js'
import { type PairwiseCost, pairwiseCost } from './pairwise.js'
import type { Decidable } from './site.js'

/** Its types describe a CommonJS module; what Node loads is an ES module, whose default is the loader itself. */
const loadHighs = z
  .custom<typeof highsModule.default>(loaded => typeof loaded === 'function')
  .parse(highsModule)

/** Values a site is offered at most; pairs of sites have as many variables as there are pairs of values. */
const LEVELS = 24

/** How far from the best a solution may be, as a share, and nodes of the search after which the best so far is taken. */
const GAP = 1e-3
const NODES = 500

/**
 * The legal positions with the least sum of harms within every budget, as an integer programme (HAWQ-V3, Yao et al. 2021,
 * equation 2, with what pairs of sites cost together) that HiGHS solves. Null where a budget is not a sum over pairs, or
 * no solution was found.
 * @param harm of every site by position, not negative
 */
export async function leastHarm(
  sites: readonly Pick<Decidable, 'legal'>[],
  budgets: readonly Budget[],
  harm: readonly (readonly number[])[],
): Promise<readonly number[] | null> {
  const offered = sites.map(({ legal }) => spread(legal.length))
  const some = sites.map(({ legal }, site) => ({ legal: offered[site]!.map(place => legal[place]!) }))
  const costs = budgets.map(({ cost }) => pairwiseCost(cost, some))
  if (costs.some(cost => cost === null)) return null
  const highs = await loadHighs()
  const programme = programmeOf(
    costs.map(cost => cost!),
    budgets.map(({ limit }) => limit),
    offered.map((places, site) => places.map(place => harm[site]![place]!)),
  )
  const solved = highs.solve(programme, { mip_rel_gap: GAP, mip_max_nodes: NODES, output_flag: false })
  const isChosen = (site: number, position: number) => {
    const column = solved.Columns[chosen(site, position)]
    return column !== undefined && 'Primal' in column && column.Primal > 0.5
  }
  const positions = offered.map((places, site) => places.findIndex((_, position) => isChosen(site, position)))
  return positions.includes(-1) ? null : positions.map((position, site) => offered[site]![position]!)
}

/** Some of so many places, both ends among them. */
function spread(count: number): readonly number[] {
  const levels = Math.min(LEVELS, count)
  return Array.from({ length: levels }, (_, i) => Math.round((i * (count - 1)) / Math.max(1, levels - 1)))
}

const chosen = (site: number, position: number) => `x${site}_${position}`

/** The programme in CPLEX's LP format: a binary for each value of each site, and a share for each pair of values. */
function programmeOf(
  costs: readonly PairwiseCost[],
  limits: readonly number[],
  harm: readonly (readonly number[])[],
): string {
  /** Both of two sites at such positions; one variable for all budgets. */
  const both = (first: number, p: number, second: number, q: number) => `y${first}_${p}_${second}_${q}`
  const pairs = new Map(costs.flatMap(cost => cost.pairs.map(pair => [`${pair.first} ${pair.second}`, pair])))
  const exactlyOne = harm.map(
    (positions, site) => `${positions.map((_, position) => chosen(site, position)).join(' + ')} = 1`,
  )
  // Shares of pairs add up to what is chosen of either.
  const agree = [...pairs.values()].flatMap(({ first, second, table }) => [
    ...table.map(
      (row, p) => `${row.map((_, q) => both(first, p, second, q)).join(' + ')} - ${chosen(first, p)} = 0`,
    ),
    ...table[0]!.map(
      (_, q) => `${table.map((_, p) => both(first, p, second, q)).join(' + ')} - ${chosen(second, q)} = 0`,
    ),
  ])
  const within = costs.map(({ least, alone, pairs }, i) => {
    const limit = limits[i]!
    const terms = [
      ...alone.flatMap((site, s) => site.map((value, p) => term(value / limit, chosen(s, p)))),
      ...pairs.flatMap(({ first, second, table }) =>
        table.flatMap((row, p) => row.map((value, q) => term(value / limit, both(first, p, second, q)))),
      ),
    ]
    return `${sumOf(terms)} <= ${1 - least / limit}`
  })
  const total = harm.flatMap((positions, site) =>
    positions.map((value, position) => term(value, chosen(site, position))),
  )
  const binaries = harm.flatMap((positions, site) => positions.map((_, position) => chosen(site, position)))
  return [
    'Minimize',
    sumOf(total),
    'Subject To',
    ...exactlyOne,
    ...agree,
    ...within,
    'Binary',
    ...binaries,
    'End',
  ].join('\n')
}

function term(weight: number, variable: string): string {
  return weight === 0 ? '' : `${weight < 0 ? '-' : '+'} ${Math.abs(weight)} ${variable}`
}

function sumOf(terms: readonly string[]): string {
  return terms.filter(text => text !== '').join('\n')
}
