/** Columns and rows of a part of the screen. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The smallest terminal the dashboard is drawn on. */
export const minimum: Size = { width: 60, height: 15 }

/** Between two blocks that stand side by side. */
export const GAP = 2

/** Whether there is room for two blocks side by side, with more than a few rows each. */
export function isWide({ width, height }: Size): boolean {
  return width >= 100 && height >= 24
}

/** Where what is shown of the overview; null for what is left out. */
export interface Layout {
  readonly kind: 'narrow' | 'wide'
  readonly comparison: Size
  readonly learning: Size | null
  readonly curve: Size | null
  readonly widths: Size | null
  readonly finalists: Size | null
  readonly trials: Size | null
}

/** How many rows there are to show. */
export interface Content {
  readonly facts: number
  readonly figures: number
  readonly sites: number
  readonly finalists: number
}

/** Divides the body of the overview. */
export function layoutOf(size: Size, content: Content): Layout {
  return isWide(size) ? wide(size, content) : narrow(size, content)
}

/** One column: comparison, what the agent learns, the curve beside the widths where there is room, then the finalists. */
function narrow({ width, height }: Size, { facts, figures, sites, finalists }: Content): Layout {
  const comparison = { width, height: Math.min(facts + 1, height) }
  const last = finalists > 0 ? Math.min(finalists + 1, 5, height - comparison.height) : 0
  const rest = height - comparison.height - last
  const learning = figures > 0 && rest >= figures + 6 ? figures + 1 : 0
  const middle = rest - learning >= 3 ? rest - learning : 0
  const right = width >= 72 && sites > 0 ? Math.floor(width * 0.38) : 0
  const left = right > 0 ? width - right - GAP : width
  return {
    kind: 'narrow',
    comparison,
    learning: learning > 0 ? { width, height: learning } : null,
    curve: middle > 0 ? { width: left, height: middle } : null,
    widths: middle > 0 && right > 0 ? { width: right, height: middle } : null,
    finalists: last > 0 ? { width, height: last } : null,
    trials: null,
  }
}

/** Two columns over the newest trials: what came out on the left; what was learned, widths and finalists on the right. */
function wide({ width, height }: Size, { facts, figures, sites, finalists }: Content): Layout {
  const below = Math.max(6, Math.floor(height * 0.28))
  const upper = height - below
  const left = Math.floor(width * 0.56) - GAP
  const right = width - left - GAP
  const learning = figures > 0 ? figures + 1 : 0
  const last = finalists > 0 ? Math.min(finalists + 1, 7) : 0
  const beside = upper - learning - last
  return {
    kind: 'wide',
    comparison: { width: left, height: facts + 1 },
    learning: learning > 0 ? { width: right, height: learning } : null,
    curve: { width: left, height: upper - facts - 1 },
    widths: sites > 0 ? { width: right, height: beside } : null,
    finalists: last > 0 ? { width: right, height: last } : null,
    trials: { width, height: below },
  }
}
