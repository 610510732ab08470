/** Share of all steps in which the rate rises. */
const WARM_UP = 0.05

/** Learning rate at a step: linear up, then down a half cosine to zero (Loshchilov & Hutter 2017, without restarts). */
export function cosineRate(largest: number, step: number, steps: number): number {
  const rising = Math.max(1, Math.round(steps * WARM_UP))
  if (step < rising) return (largest * (step + 1)) / rising
  return (largest / 2) * (1 + Math.cos((Math.PI * (step - rising)) / Math.max(1, steps - rising)))
}
