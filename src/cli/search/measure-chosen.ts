import { latenciesOf } from '../../evaluate/evaluate-model.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import { scoreModel } from '../../evaluate/score.js'
import type { ModelReport } from '../../search/events.js'
import type { Inputs } from '../files/inputs.js'

/** Measures the original and the chosen model on the test split, once, and their latencies side by side. */
export async function measureChosen(
  { modelBytes, data }: Inputs,
  baseline: Evaluation,
  best: { readonly model: Uint8Array; readonly evaluation: Evaluation },
): Promise<{ readonly original: ModelReport; readonly chosen: ModelReport }> {
  const [originalTest, chosenTest] = [
    await scoreModel(modelBytes, data.test, data.sampleShape),
    await scoreModel(best.model, data.test, data.sampleShape),
  ]
  const [originalLatency, chosenLatency] = await latenciesOf([modelBytes, best.model], data)
  return {
    original: {
      ...baseline,
      scores: { ...baseline.scores, test: originalTest },
      latencyMs: originalLatency ?? null,
    },
    chosen: {
      ...best.evaluation,
      scores: { ...best.evaluation.scores, test: chosenTest },
      latencyMs: chosenLatency ?? null,
    },
  }
}
