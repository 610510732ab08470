import { ERROR_FEATURES } from '../../../envs/observation.js'
import type { SensitivityTable } from '../../compress/sensitivity-table.js'
import type { ReportedSensitivity } from '../../report/run/run-report.js'
import type { RunEvent, SiteSummary } from '../../search/events.js'
import type { Trial } from '../../search/trial.js'

/** What the run was told of how much decisions hurt: measured where it was, else as the agent saw it; null before a trial. */
export function reportedSensitivity(
  events: readonly RunEvent[],
  sites: readonly SiteSummary[],
  trials: readonly Pick<Trial, 'trajectory'>[],
): ReportedSensitivity | null {
  const measured = events.find(event => event.type === 'sensitivity-measured')
  return measured === undefined ? estimated(sites, trials) : ofTable(measured.table)
}

function ofTable({ n, loss, decisions }: SensitivityTable): ReportedSensitivity {
  return {
    basis: 'measured',
    n,
    decisions: decisions.map(({ kind, name, losses }) => {
      const rises = losses
        .toSorted((a, b) => b.value - a.value)
        .map(at => (at.loss === null ? null : at.loss - loss))
      // Of a block there is one: it goes.
      return { kind, name, half: rises[0] ?? null, quarter: rises.at(-1) ?? null }
    }),
  }
}

/** Every trial saw the same of a site. */
function estimated(
  sites: readonly SiteSummary[],
  trials: readonly Pick<Trial, 'trajectory'>[],
): ReportedSensitivity | null {
  const trajectory = trials.find(trial => trial.trajectory.length === sites.length)?.trajectory
  if (trajectory === undefined || sites.length === 0) return null
  return {
    basis: 'estimated',
    n: null,
    decisions: sites.map(({ kind, name }, i) => {
      const { observation } = trajectory[i]!
      const at = (feature: number) => observation[feature] ?? null
      return { kind, name, half: at(ERROR_FEATURES.atHalf), quarter: at(ERROR_FEATURES.atQuarter) }
    }),
  }
}
