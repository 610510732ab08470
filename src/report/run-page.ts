import { agentFigures } from './figures/agent-figures.js'
import type { Figure } from './figures/figure.js'
import { frontFigures } from './figures/front-figures.js'
import { latencyFigure } from './figures/latency-figure.js'
import { rewardFigure } from './figures/reward-figure.js'
import { type Html, html, nothing } from './html.js'
import { pageDocument } from './page-document.js'
import type { RunReport } from './run/run-report.js'
import { trialColumns } from './run/trial-columns.js'
import { decisionsSection } from './sections/decisions.js'
import { finalistsSection } from './sections/finalists.js'
import { layersSection } from './sections/layers.js'
import { plot } from './sections/plot.js'
import { pointsSection } from './sections/points.js'
import { reproduceSection } from './sections/reproduce.js'
import { summarySection } from './sections/summary.js'

/** Parts of the page that may be there, in order. */
const parts = [
  ['summary', 'Summary'],
  ['points', 'Points'],
  ['search', 'Search'],
  ['front', 'Front'],
  ['policy', 'Policy'],
  ['layers', 'Layers'],
  ['finalists', 'Finalists'],
  ['latency', 'Latency'],
  ['trials', 'Trials'],
  ['reproduce', 'How to get it again'],
] as const

/** A run as one page. @param script the page's compiled script */
export function runPage(report: RunReport, script: string): string {
  const reward = rewardFigure(report.records, report.definition.reward)
  const agent = agentFigures(report.records)
  const fronts = frontFigures(report)
  const latency = latencyFigure(report)
  const trials = trialColumns(report)
  const sections: Readonly<Record<(typeof parts)[number][0], Html>> = {
    summary: summarySection(report),
    points: pointsSection(report),
    search: reward === null ? nothing : searchSection(reward, agent),
    front: fronts.length === 0 ? nothing : frontSection(fronts),
    policy: decisionsSection(report),
    layers: layersSection(report),
    finalists: finalistsSection(report),
    latency: latency === null ? nothing : latencySection(report, latency),
    trials: trials === null ? nothing : trialsSection(report),
    reproduce: reproduceSection(report),
  }
  const there = parts.filter(([id]) => sections[id].markup !== '')
  const figures = [reward, ...agent, ...fronts, latency].filter(figure => figure !== null)
  return pageDocument({
    title: `pare: ${report.run}`,
    body: html`<header>
<h1>${report.run}</h1>
<p><span class="state">${stateText(report)}</span> <span class="faint">Report of ${new Date(report.writtenAt).toISOString().slice(0, 16).replace('T', ' ')} UTC by pare ${report.definition.versions.pare ?? ''}</span></p>
${report.state === 'finished' || report.message === '' ? nothing : html`<p class="notice">${report.message}</p>`}
<nav aria-label="Parts of this page"><ul>${there.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>${there.map(([id]) => sections[id])}</main>`,
    data: { figures: figures.map(({ id, spec }) => ({ id, spec })), trials },
    script,
  })
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
