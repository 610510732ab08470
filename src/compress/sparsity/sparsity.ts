/** Which of a network's weights are to be zero: a share of all of them, a pattern in each layer, or those that are already. */
export type Sparsity =
  | { readonly kind: 'share'; readonly share: number }
  /** Of every `of` weights in a row along the inputs, `keep` stay. */
  | { readonly kind: 'pattern'; readonly keep: number; readonly of: number }
  | { readonly kind: 'standing' }

/** Which elements of weights stay, by the weight's name: 1 or 0 an element, in the weight's own layout. */
export type Masks = ReadonlyMap<string, Uint8Array>

/** Reads `0.8`, `80%` or `2:4`; null where the text is none of them. */
export function parseSparsity(text: string): Exclude<Sparsity, { kind: 'standing' }> | null {
  const pattern = /^(\d+):(\d+)$/.exec(text)
  if (pattern !== null) {
    const [keep, of] = [Number(pattern[1]), Number(pattern[2])]
    return keep >= 1 && keep < of && of <= 64 ? { kind: 'pattern', keep, of } : null
  }
  const number = /^(\d*\.?\d+)(%?)$/.exec(text)
  if (number === null) return null
  const share = Number(number[1]) / (number[2] === '%' ? 100 : 1)
  return share > 0 && share < 1 ? { kind: 'share', share } : null
}
