/** What an output of one channel holds of the second of two classes: its logit, or its probability. */
export type SingleChannel = 'logits' | 'probabilities'

/** Keeps the logarithm of a probability finite, and so its loss; as far from 0 and 1 as float32 can tell. */
export const LEAST_PROBABILITY = 1e-7

/**
 * An output as scores of classes, of which softmax makes their distribution: of one channel [rows, 1, places], the scores of
 * both classes, [rows, 2, places]; any other as it is. The second class is said where the logit is above 0, or the probability
 * above one half.
 */
export function classScores(
  values: Float32Array,
  rows: number,
  single: SingleChannel | undefined,
): Float32Array {
  if (single === undefined) return values
  const places = values.length / rows
  const scores = new Float32Array(2 * values.length)
  values.forEach((value, i) => {
    const first = i + Math.floor(i / places) * places
    const [no, yes] = pairOf(value, single)
    scores[first] = no
    scores[first + places] = yes
  })
  return scores
}

function pairOf(value: number, single: SingleChannel): readonly [number, number] {
  switch (single) {
    case 'logits':
      return [0, value]
    case 'probabilities':
      return [Math.log(bounded(1 - value)), Math.log(bounded(value))]
  }
}

function bounded(probability: number): number {
  return Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, probability))
}
