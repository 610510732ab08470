/** Channels as a kernel that works in blocks has them: up to a whole block. */
export function padded(channels: number, block: number): number {
  return Math.ceil(channels / block) * block
}

export function isWhole(channels: number, block: number): boolean {
  return channels % block === 0
}

/** Terms where something holds, and as many zeros where it does not. */
export function where(holds: boolean, terms: readonly number[]): readonly number[] {
  return holds ? terms : terms.map(() => 0)
}
