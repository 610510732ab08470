/** What a candidate is worth by several aims, each larger where better. */
export type Objectives = readonly number[]

/** Whether `a` is as good as `b` by every aim and better by one. */
export function dominates(a: Objectives, b: Objectives): boolean {
  return a.every((value, i) => value >= b[i]!) && a.some((value, i) => value > b[i]!)
}
