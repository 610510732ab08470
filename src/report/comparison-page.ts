import type { ComparisonReport } from './comparison/comparison-report.js'
import { curveFigures } from './figures/curve-figures.js'
import type { Figure } from './figures/figure.js'
import { type Html, html, nothing } from './html.js'
import { reportPage } from './report-page.js'
import { comparedSection } from './sections/compared.js'
import { pairedSection } from './sections/paired.js'
import { plot } from './sections/plot.js'
import { reproduceSection, shellWord } from './sections/reproduce.js'
import { runsSection } from './sections/runs.js'

/** A comparison as one page. @param script the page's compiled script */
export function comparisonPage(report: ComparisonReport, script: string): string {
  const { comparison, definition, writtenAt, reproduction, seeds, agents } = report
  const figures = curveFigures(report)
  const made = {
    ...{ reproduction, definition, seeds, hashes: [] },
    stored: { agents, seeds, run: definition },
  }
  return reportPage(
    {
      name: comparison,
      state: stateText(report),
      notice: noticeOf(report),
      writtenAt,
      version: definition.versions.pare ?? '',
      parts: [
        { id: 'summary', title: 'Summary', section: comparedSection(report) },
        { id: 'curves', title: 'Curves', section: curvesSection(figures) },
        { id: 'paired', title: 'Differences', section: pairedSection(report) },
        { id: 'runs', title: 'Runs', section: runsSection(report) },
        { id: 'reproduce', title: 'How to get it again', section: reproduceSection(made) },
      ],
      figures,
      trials: null,
    },
    script,
  )
}

function isFinished({ runs }: ComparisonReport): boolean {
  return runs.every(({ state }) => state === 'finished')
}

function stateText(report: ComparisonReport): string {
  if (isFinished(report)) return '✓ finished'
  return report.isWorkedOn
    ? '… under way'
    : `‖ not over yet; pare compare ${shellWord(report.comparison)} lets it go on`
}

function noticeOf(report: ComparisonReport): string {
  if (isFinished(report)) return ''
  return 'Not all runs are finished: a figure is of those that have come so far, which may be other seeds for one agent than for another.'
}

function curvesSection(figures: readonly Figure[]): Html {
  if (figures.length === 0) return nothing
  return html`<section id="curves"><h2>Curves</h2>
<p>Evaluations are all trials that were told, failed and repeated ones too. Wall time is that of the search, with the preparation
  of each process.</p>
<div class="plots">${figures.map(plot)}</div></section>`
}
