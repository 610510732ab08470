import type { Evaluation } from '../evaluate/evaluation.js'
import { scoreModel } from '../evaluate/score.js'
import { elementCount } from '../graph/tensor.js'
import { measureLatency } from '../runtime/latency.js'
import { openSession } from '../runtime/session.js'
import type { ModelReport } from '../search/events.js'
import type { Inputs } from './inputs.js'

/** Measures the original and the chosen model on the test split, once, and their latencies side by side. */
export async function measureChosen(
  { modelBytes, data }: Inputs,
  baseline: Evaluation,
  best: { readonly model: Uint8Array; readonly evaluation: Evaluation },
): Promise<{ readonly original: ModelReport; readonly chosen: ModelReport }> {
  const models = [modelBytes, best.model]
  const [originalTest, chosenTest] = [
    await scoreModel(modelBytes, data.test, data.sampleShape),
    await scoreModel(best.model, data.test, data.sampleShape),
  ]
  const sessions = await Promise.all(models.map(openSession))
  const sample = data.val.samples.slice(0, elementCount(data.sampleShape))
  const [originalLatency, chosenLatency] = sessions.every(session => (session.batch ?? 1) === 1)
    ? await measureLatency(sessions, sample, [1, ...data.sampleShape])
    : []
  await Promise.all(sessions.map(session => session.close()))
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
