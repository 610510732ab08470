import { decisionKinds } from '../../compress/policy.js'
import { budgetKinds } from '../../graph/cost-kinds.js'
import { aimedCosts } from '../../search/aimed-costs.js'
import { paretoFront } from '../../search/front.js'
import type { TrialRecord } from '../../search/trial-record.js'
import { costLabels } from '../../ui/cost-text.js'
import { scoreLabel } from '../../ui/score-text.js'
import {
  type NumberColumn,
  type NumberFormat,
  type TrialColumns,
  trialMarks,
  trialStates,
} from '../page/page-data.js'
import { decisionTitles } from '../sections/decisions.js'
import { outputNames } from './output-names.js'
import type { RunReport } from './run-report.js'

/** Decisions of all trials together that a page holds; more would make it slow to load. */
const MOST_DECISIONS = 400_000

/** All trials as the page lists them; null where there are none. */
export function trialColumns(report: RunReport): TrialColumns | null {
  const { records, known, finalists, definition } = report
  if (records.length === 0) return null
  const front = new Set(paretoFront(known, aimedCosts(definition).slice(0, 2)).map(({ trial }) => trial))
  const inFinals = new Set(finalists.map(({ trial }) => trial))
  return {
    states: records.map(({ state, cachedFrom }) =>
      trialStates.indexOf(cachedFrom === null ? state : 'cached'),
    ),
    marks: records.map(
      ({ number, chosen }) =>
        (front.has(number) ? trialMarks.front : 0) +
        (inFinals.has(number) ? trialMarks.finalist : 0) +
        (chosen ? trialMarks.chosen : 0),
    ),
    numbers: numberColumns(report),
    reasons: Object.fromEntries(
      records.flatMap(({ number, reason, rungs }) => {
        const why = reason ?? rungs.find(rung => rung.reason !== null)?.reason ?? null
        return why === null ? [] : [[number, why]]
      }),
    ),
    decisions: decisionColumns(report),
  }
}

function numberColumns({ records, original }: RunReport): readonly NumberColumn[] {
  const column = (
    title: string,
    format: NumberFormat,
    digits: number,
    figureOf: (record: TrialRecord) => number | null | undefined,
  ): NumberColumn => ({ title, format, values: records.map(record => rounded(figureOf(record), digits)) })
  const rungs = [...new Set(records.flatMap(record => record.rungs.map(({ rung }) => rung)))].sort()
  const label = scoreLabel('val', original?.scores.val)
  const columns = [
    column('reward', 'significant', 6, ({ reward }) => reward),
    column(label, 'percent', 6, ({ evaluation }) => evaluation?.scores.val?.score),
    ...outputNames(records.map(({ evaluation }) => evaluation)).map(name =>
      column(
        `val, ${name}`,
        'percent',
        6,
        ({ evaluation }) => evaluation?.scores.val?.outputs?.[name]?.score,
      ),
    ),
    column('loss', 'significant', 5, ({ evaluation }) => evaluation?.scores.val?.loss),
    ...rungs.map(rung =>
      column(`rung ${rung}`, 'percent', 6, record => {
        return record.rungs.find(other => other.rung === rung)?.evaluation?.scores.val?.score
      }),
    ),
    column('fine-tuned', 'percent', 6, ({ final }) => final?.scores.val?.score),
    ...budgetKinds.map(kind =>
      column(
        costLabels[kind],
        kind === 'latency' || kind === 'energy' ? 'significant' : 'count',
        kind === 'latency' || kind === 'energy' ? 5 : 15,
        ({ evaluation }) => evaluation?.cost[kind],
      ),
    ),
    column('took', 'ms', 4, ({ elapsedMs }) => elapsedMs),
    column('critic loss', 'significant', 4, ({ agent }) => agent?.criticLoss),
    column('actor loss', 'significant', 4, ({ agent }) => agent?.actorLoss),
    column('noise', 'significant', 4, ({ agent }) => agent?.noise),
  ]
  // A figure that no trial has, or in which all are alike, tells nothing of any.
  return columns.filter(({ values }) => new Set(values.filter(value => value !== null)).size > 1)
}

function rounded(value: number | null | undefined, digits: number): number | null {
  return value === null || value === undefined || !Number.isFinite(value)
    ? null
    : Number(value.toPrecision(digits))
}

function decisionColumns({ records, sites }: RunReport): TrialColumns['decisions'] {
  if (records.length * sites.length > MOST_DECISIONS) return []
  return decisionKinds.flatMap(kind =>
    sites
      .filter(site => site.kind === kind)
      .map(({ name }) => ({
        title: `${name}, ${decisionTitles[kind]}`,
        values: records.map(({ policy }) => policy[kind]?.[name] ?? null),
      })),
  )
}
