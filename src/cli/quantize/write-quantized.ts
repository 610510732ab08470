import { readFileSync } from 'node:fs'
import { type Calibration, insertQuantizers } from '../../compress/quantize/insert.js'
import { type LayerReport, reportLayers } from '../../compress/quantize/layer-report.js'
import { lowerCompressed } from '../../compress/quantize/lower.js'
import type { BitPlan } from '../../compress/quantize/plan.js'
import { latenciesOf } from '../../evaluate/evaluate-model.js'
import type { Latency, SplitScore } from '../../evaluate/evaluation.js'
import { scoreModel } from '../../evaluate/score.js'
import type { Inputs } from '../files/inputs.js'
import type { ModelFile } from '../files/model-file.js'
import { writeOnnxFile } from '../files/write-onnx-file.js'

/** What was written, as it runs. */
export interface QuantizedFile {
  readonly score: SplitScore
  /** Of the original and of what was written, side by side; none where one takes no batch of one. */
  readonly latencies: readonly Latency[]
  readonly bytes: number
  readonly layers: readonly LayerReport[]
}

/** Writes a quantised model, once it has run on the whole validation split, and measures the file. */
export async function writeQuantized(
  { path }: ModelFile,
  { graph, data, modelBytes }: Inputs,
  plan: BitPlan,
  calibration: Calibration,
): Promise<QuantizedFile> {
  const inserted = insertQuantizers(graph, plan, calibration)
  const { checked, bytes } = await writeOnnxFile(path, lowerCompressed(inserted), model =>
    scoreModel(model, data.val, data.sampleShape),
  )
  return {
    score: checked,
    latencies: await latenciesOf([modelBytes, readFileSync(path)], data),
    bytes,
    layers: reportLayers(graph, inserted, calibration.histograms),
  }
}
