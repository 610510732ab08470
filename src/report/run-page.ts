import { agentFigures } from './figures/agent-figures.js'
import type { Figure } from './figures/figure.js'
import { frontFigures } from './figures/front-figures.js'
import { latencyFigure } from './figures/latency-figure.js'
import { rewardFigure } from './figures/reward-figure.js'
import { type Html, html, nothing } from './html.js'
import { reportPage } from './report-page.js'
import type { RunReport } from './run/run-report.js'
import { trialColumns } from './run/trial-columns.js'
import { decisionsSection } from './sections/decisions.js'
import { finalistsSection } from './sections/finalists.js'
import { layersSection } from './sections/layers.js'
import { plot } from './sections/plot.js'
import { pointsSection } from './sections/points.js'
import { type Made, reproduceSection } from './sections/reproduce.js'
import { summarySection } from './sections/summary.js'

/** A run as one page. @param script the page's compiled script */
export function runPage(report: RunReport, script: string): string {
  const { run, state, message, definition, writtenAt } = report
  const reward = rewardFigure(report.records, definition.reward)
  const agent = agentFigures(report.records)
  const fronts = frontFigures(report)
  const latency = latencyFigure(report)
  const trials = trialColumns(report)
  const part = (id: string, title: string, section: Html) => ({ id, title, section })
  return reportPage(
    {
      name: run,
      state: stateText(report),
      notice: state === 'finished' ? '' : message,
      writtenAt,
      version: definition.versions.pare ?? '',
      parts: [
        part('summary', 'Summary', summarySection(report)),
        part('points', 'Points', pointsSection(report)),
        part('search', 'Search', reward === null ? nothing : searchSection(reward, agent)),
        part('front', 'Front', fronts.length === 0 ? nothing : frontSection(fronts)),
        part('policy', 'Policy', decisionsSection(report)),
        part('layers', 'Layers', layersSection(report)),
        part('finalists', 'Finalists', finalistsSection(report)),
        part('latency', 'Latency', latency === null ? nothing : latencySection(report, latency)),
        part('trials', 'Trials', trials === null ? nothing : trialsSection(report)),
        part('reproduce', 'How to get it again', reproduceSection(madeOf(report))),
      ],
      figures: [reward, ...agent, ...fronts, latency].filter(figure => figure !== null),
      trials,
    },
    script,
  )
}

function madeOf({ definition, reproduction, result }: RunReport): Made {
  const file = result?.file ?? null
  return {
    ...{ reproduction, definition, stored: definition, seeds: [definition.seed] },
    hashes: [
      ...(result === null ? [] : [['policy of the result', result.policyHash] as const]),
      ...(file === null ? [] : [[file.name, file.sha256] as const]),
    ],
  }
}

function stateText({ state }: RunReport): string {
  switch (state) {
    case 'finished':
      return '✓ finished'
    case 'running':
      return '… not over yet (or its process was killed)'
    case 'paused':
      return '‖ paused; pare resume lets it go on'
    case 'interrupted':
      return '‖ interrupted; it can be resumed'
    case 'failed':
      return '✗ failed'
  }
}

function searchSection(reward: Figure, agent: readonly Figure[]): Html {
  return html`<section id="search"><h2>Search</h2>
${plot(reward)}
${agent.length === 0 ? nothing : html`<div class="plots small">${agent.map(plot)}</div>`}</section>`
}

function frontSection(figures: readonly Figure[]): Html {
  return html`<section id="front"><h2>Front</h2>
<p>Every trial with its newest score on the validation split: of the finals, else of the highest rung that it was on,
  else as it was cut.</p>
<div class="plots">${figures.map(plot)}</div></section>`
}

function latencySection({ definition }: RunReport, figure: Figure): Html {
  const { latency } = definition.predictors
  const error = latency?.kind === 'fitted' ? latency.error : null
  return html`<section id="latency"><h2>Latency</h2>
<p>${latency === undefined ? '' : `Predicted for ${latency.device.name} (${latency.device.runtime}, ${latency.device.threads} threads).`}
  ${error === null ? '' : `Of networks that the predictor had not seen its mean error was ${(error.error * 100).toFixed(1)} % (n = ${error.n}).`}</p>
${plot(figure)}</section>`
}

function trialsSection({ records }: RunReport): Html {
  return html`<section id="trials"><h2>Trials</h2>
<p>A head sorts by its figures, a trial's number shows what it decided. ${records.length} trials in all.</p>
<div id="trial-list"></div></section>`
}
