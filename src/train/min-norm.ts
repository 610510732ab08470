const STEPS = 250
const TOLERANCE = 1e-6

/**
 * The point of least length in the convex hull of vectors: of gradients one along which none of their losses grows, to first
 * order (Desideri 2012; Sener & Koltun 2018, eq. 3). By Frank-Wolfe with exact line search (Sener & Koltun 2018,
 * algorithm 2).
 * @param products the vectors' inner products, symmetric
 * @returns the share of each vector: none negative, 1 together
 */
export function minNorm(products: readonly (readonly number[])[]): readonly number[] {
  const count = products.length
  let shares = Array<number>(count).fill(1 / count)
  for (let step = 0; step < STEPS; step++) {
    // Of each vector with the point.
    const along = products.map(row => row.reduce((sum, product, i) => sum + product * shares[i]!, 0))
    const next = along.reduce((best, product, i) => (product < along[best]! ? i : best), 0)
    const length = shares.reduce((sum, share, i) => sum + share * along[i]!, 0)
    const gap = length - along[next]!
    if (!(gap > TOLERANCE * length)) break
    const apart = length - 2 * along[next]! + products[next]![next]!
    const rate = Math.min(1, gap / apart)
    shares = shares.map((share, i) => (1 - rate) * share + (i === next ? rate : 0))
  }
  return shares
}
