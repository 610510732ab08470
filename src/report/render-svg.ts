import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** A figure as an SVG document. */
export async function renderSvg(figure: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(figure).spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}
