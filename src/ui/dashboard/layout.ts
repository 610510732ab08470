/** Columns and rows of a part of the screen. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Where what is shown; null for what is left out. */
export interface Layout {
  readonly kind: 'narrow' | 'wide'
  readonly comparison: Size
  readonly curve: Size | null
  readonly layers: Size | null
  readonly workers: Size | null
  readonly finalists: Size | null
  readonly trials: Size | null
}

/** How much there is to show. */
export interface Content {
  /** Rows of the comparison. */
  readonly facts: number
  readonly groups: number
  readonly workers: number
  readonly finalists: number
}

/** The smallest terminal the dashboard is drawn on. */
export const minimum: Size = { width: 60, height: 15 }

/** Rows of header (2), progress (2) and footer (1). */
const FRAME = 5
const GAP = 2

/**
 * Divides a terminal of at least `minimum` size. All parts with header, progress and footer are one row short of its
 * height: a full last row would scroll some terminals.
 */
export function layoutOf({ width, height }: Size, content: Content): Layout {
  const body = height - 1 - FRAME
  return width >= 100 && height >= 32 ? wide(width, body, content) : narrow(width, body, content)
}

/** One column: comparison, chart beside layers where there is room, then finalists or trials. */
function narrow(width: number, body: number, { facts, groups, finalists }: Content): Layout {
  const comparison = { width, height: Math.min(facts + 1, body - 3) }
  const rest = body - comparison.height
  const middle = rest >= 10 ? Math.min(16, Math.floor(rest * 0.55)) : 0
  const below = rest - middle
  const right = width >= 72 && groups > 0 ? Math.floor(width * 0.38) : 0
  const left = right > 0 ? width - right - GAP : width
  const last = finalists > 0 ? Math.min(finalists + 1, below) : 0
  // A title alone says nothing.
  const trials = below - last >= 2 ? below - last : 0
  return {
    kind: 'narrow',
    comparison,
    curve: middle > 0 ? { width: left, height: middle } : null,
    layers: middle > 0 && right > 0 ? { width: right, height: middle } : null,
    workers: null,
    finalists: last > 0 ? { width, height: below - trials } : null,
    trials: trials > 0 ? { width, height: trials } : null,
  }
}

/** Two columns over the trials: what came out on the left; layers, finalists and workers on the right. */
function wide(width: number, body: number, { groups, workers, finalists }: Content): Layout {
  const below = Math.max(6, Math.floor(body * 0.3))
  const upper = body - below
  const left = Math.floor(width * 0.56) - GAP
  const right = width - left - GAP
  const last = finalists > 0 ? Math.min(finalists + 1, 7) : 0
  const beside = upper - last
  const crew = Math.max(Math.min(workers + 1, 6), Math.min(workers + 1, beside - groups - 1))
  return {
    kind: 'wide',
    comparison: { width: left, height: 7 },
    curve: { width: left, height: upper - 7 },
    layers: { width: right, height: beside - crew },
    workers: { width: right, height: crew },
    finalists: last > 0 ? { width: right, height: last } : null,
    trials: { width, height: below },
  }
}
