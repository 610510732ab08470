import { parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { element } from './element.js'
import type { PageData } from './page-data.js'
import { createTooltip } from './tooltip.js'

/** Draws every plot, and again where the width changes, as by turning a phone or for paper. */
export async function drawPlots(figures: PageData['figures']): Promise<void> {
  const tooltip = createTooltip()
  for (const { id, spec } of figures) {
    // Vega gives what it draws in a role of its own; the page has said what the plot is already.
    const container = element('div')
    document.getElementById(id)?.append(container)
    // Expressions are interpreted, so that the page may forbid to evaluate text as a program.
    const view = new View(parse(spec, undefined, { ast: true }), {
      expr: expressionInterpreter,
      renderer: 'svg',
      container,
      hover: true,
      tooltip,
    })
    await view.runAsync()
  }
}
