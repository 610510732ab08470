import type { DecisionKind, Policy } from '../../compress/policy.js'
import { likelihoodLost, type SensitivityTable } from '../../compress/sensitivity-table.js'
import type { SiteSummary } from '../../search/events.js'
import { endOf, rowAt } from '../history.js'
import { decidedAt } from '../history-row.js'
import { leader } from '../leader.js'
import { sitesOf } from '../sites.js'
import type { RunView } from '../view.js'
import { decisionText } from './decision-text.js'

/** What a policy decides of a layer. */
export interface Decision {
  /** Channels, rank, or whether its block stays. */
  readonly width: string
  readonly bits: string
  /** The part of its channels or rank that stays, in [0,1]; of a layer that only has bits, the part of the most bits; null where nothing is decided. */
  readonly share: number | null
}

/** A layer with all that is decided of it; what is not known is null. */
export interface LayerRow {
  readonly name: string
  readonly best: Decision
  readonly newest: Decision
  /** What is lost where the decision halves it, a fraction. */
  readonly lost: number | null
  /** Of the original's MACs those that shrink with it. */
  readonly share: number | null
}

/** What is decided of one name, and what a policy makes of it. */
type DecidedOf = (site: SiteSummary, index: number) => number | undefined

/** The layers in decision order, a row for each name. */
export function layerRows(view: RunView): readonly LayerRow[] {
  const byName = new Map<string, { readonly site: SiteSummary; readonly index: number }[]>()
  sitesOf(view.run).forEach((site, index) => {
    byName.set(site.name, [...(byName.get(site.name) ?? []), { site, index }])
  })
  const [best, newest] = [ofPolicy(leader(view)?.policy ?? view.best?.policy ?? null), newestOf(view)]
  return [...byName].map(([name, sites]) => {
    const losses = sites.flatMap(({ site }) => lostAt(view, site) ?? [])
    const shares = sites.flatMap(({ site }) => weightOf(view, site)?.share ?? [])
    return {
      name,
      best: decisionOf(sites, best),
      newest: decisionOf(sites, newest),
      lost: losses.length === 0 ? null : Math.max(...losses),
      share: shares.length === 0 ? null : Math.max(...shares),
    }
  })
}

function ofPolicy(policy: Policy | null): DecidedOf {
  return ({ kind, name }) => policy?.[kind]?.[name]
}

/** The newest trial under way; after the last one was told, that one. */
function newestOf({ flying, history }: RunView): DecidedOf {
  const begun = flying.at(-1)
  if (begun !== undefined) return ofPolicy(begun.policy)
  const values = rowAt(history, endOf(history) - 1)?.values ?? null
  return (_, index) => decidedAt(values, index)
}

function decisionOf(
  sites: readonly { readonly site: SiteSummary; readonly index: number }[],
  decidedOf: DecidedOf,
): Decision {
  const decided = sites.flatMap(({ site, index }) => {
    const value = decidedOf(site, index)
    const { kind, most } = site
    return value === undefined ? [] : [{ kind, share: value / most, text: decisionText(kind, value, most) }]
  })
  const isBits = (kind: DecisionKind) => kind === 'weightBits' || kind === 'activationBits'
  const texts = (bits: boolean) =>
    decided.flatMap(({ kind, text }) => (isBits(kind) === bits ? [text] : [])).join(' ')
  const first = decided.find(({ kind }) => !isBits(kind)) ?? decided[0]
  return { width: texts(false), bits: texts(true), share: first?.share ?? null }
}

function weightOf({ weights }: RunView, { kind, name }: SiteSummary) {
  return weights.find(weight => weight.kind === kind && weight.name === name)
}

/** Measured where it was, else estimated. */
function lostAt(view: RunView, site: SiteSummary): number | undefined {
  const { sensitivity } = view
  if (sensitivity === null) return weightOf(view, site)?.error
  const value = nearestToHalf(sensitivity, site)
  return value === undefined ? undefined : likelihoodLost(sensitivity, site, value)
}

function nearestToHalf({ decisions }: SensitivityTable, { kind, name, most }: SiteSummary) {
  const measured = decisions.find(other => other.kind === kind && other.name === name)?.losses ?? []
  return measured.map(({ value }) => value).sort((a, b) => Math.abs(a - most / 2) - Math.abs(b - most / 2))[0]
}
