/** Weight of the newest episode in the moving mean and variance. */
const RATE = 0.05

/**
 * Moving mean and spread of episode rewards. The mean is AMC's baseline, over episodes rather than over replayed
 * batches; dividing by the spread lets one learning rate serve accuracies that differ by points or by hundredths.
 */
export class RewardScale {
  #mean = 0
  #variance = 0
  #count = 0

  observe(reward: number): void {
    this.#count++
    // The first episodes weigh as in a plain average.
    const rate = Math.max(RATE, 1 / this.#count)
    const delta = reward - this.#mean
    this.#mean += rate * delta
    this.#variance = (1 - rate) * (this.#variance + rate * delta * delta)
  }

  /** The reward less the baseline, in spreads. */
  apply(reward: number): number {
    const spread = Math.sqrt(this.#variance)
    return (reward - this.#mean) / (spread > 0 ? spread : 1)
  }

  snapshot(): Record<string, number> {
    return { rewardMean: this.#mean, rewardVariance: this.#variance, rewardCount: this.#count }
  }

  restore(numbers: Readonly<Record<string, number>>): void {
    this.#mean = numbers.rewardMean ?? 0
    this.#variance = numbers.rewardVariance ?? 0
    this.#count = numbers.rewardCount ?? 0
  }
}
