import type { DecisionKind, Policy } from '../../compress/policy.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import type { RunDefinition } from '../../search/definition.js'
import type { ModelReport, SiteSummary } from '../../search/events.js'
import type { KnownTrial } from '../../search/front.js'
import type { Point } from '../../search/points.js'
import type { TrialRecord } from '../../search/trial-record.js'

/** All that a report tells of a run: plain data, read once. Names and reasons are as files and models have them. */
export interface RunReport {
  readonly run: string
  /** When it was written, ms since the epoch. */
  readonly writtenAt: number
  readonly state: 'running' | 'paused' | 'finished' | 'interrupted' | 'failed'
  /** How the newest process left it; empty where it has not. */
  readonly message: string
  readonly definition: RunDefinition
  /** When its first and its newest event were, ms since the epoch; null before the first. */
  readonly time: { readonly first: number; readonly last: number } | null
  readonly sites: readonly SiteSummary[]
  /** By number. */
  readonly records: readonly TrialRecord[]
  /** Trials of distinct policies, each with its newest evaluation. */
  readonly known: readonly KnownTrial[]
  readonly original: ModelReport | null
  /** What the run chose, or what leads so far; null before the first trial. */
  readonly result: ReportedModel | null
  /** Of a run of several points one each, the largest first. */
  readonly points: readonly ReportedPoint[]
  readonly finalists: readonly ReportedFinalist[]
  readonly layers: readonly ReportedLayer[]
  readonly sensitivity: ReportedSensitivity | null
  readonly reproduction: Reproduction
}

/** A model that came out, or that would by now. */
export interface ReportedModel {
  readonly trial: number
  /** Whether the run has chosen it, and measured it once on the test split. */
  readonly isChosen: boolean
  readonly report: ModelReport
  /** Before it was fine-tuned; null where that is not known. */
  readonly before: Evaluation | null
  readonly policy: Policy
  readonly policyHash: string
  /** Name of its file in the run's folder, with its SHA-256; null where there is none. */
  readonly file: { readonly name: string; readonly sha256: string } | null
}

export interface ReportedPoint {
  readonly point: Point
  /** Null before it is chosen. */
  readonly model: Pick<ReportedModel, 'trial' | 'report' | 'before'> | null
}

export interface ReportedFinalist {
  readonly trial: number
  readonly before: Evaluation | null
  readonly after: Evaluation | null
  /** Latency as it was measured, in the unit of the run's limit; null where it was not. */
  readonly measured: number | null
  readonly limit: number | null
  /** Why it failed; null where it did not. */
  readonly failure: string | null
}

/** A layer that multiplies, in the original and in the result; null where it is not in the one. */
export interface ReportedLayer {
  readonly name: string
  readonly macs: { readonly original: number | null; readonly result: number | null }
  readonly params: { readonly original: number | null; readonly result: number | null }
  /** Bits of weights and of what it reads, in the result; 32 for float. */
  readonly bits: { readonly weights: number; readonly activations: number } | null
  /** The rank at which a split would lose nothing, null where there can be none; that of the split, null of a whole layer. */
  readonly rank: { readonly original: number | null; readonly result: number | null }
}

/** What decisions cost alone. */
export interface ReportedSensitivity {
  /** Whether each was tried, or estimated from moments and weights. */
  readonly basis: 'measured' | 'estimated'
  /** Training samples that it was tried on; null where it was estimated. */
  readonly n: number | null
  readonly decisions: readonly {
    readonly kind: DecisionKind
    readonly name: string
    /**
     * At half and at a quarter of what there is: measured, what the loss rises by, nats; estimated, what is lost relative to
     * the most that any decision loses, in [0,1]. Null where it could not be had.
     */
    readonly half: number | null
    readonly quarter: number | null
  }[]
}

/** How to get the same run again. */
export interface Reproduction {
  /** The words of the command line, as they are. */
  readonly command: readonly string[]
  /** What the command line cannot say of the run; empty where it says all. */
  readonly cautions: readonly string[]
}
