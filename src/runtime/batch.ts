import { elementCount } from '../graph/tensor.js'
import type { Session } from './session.js'

/**
 * How many samples to give a model at once: what it declares, else `most`; one where a shape inside it fixes the batch that
 * it declares open, as exporters leave it behind.
 */
export async function batchOf(
  session: Session,
  sampleShape: readonly number[],
  most: number,
): Promise<number> {
  return session.batch ?? ((await takesTwo(session, sampleShape)) ? most : 1)
}

async function takesTwo({ inputs, outputs, run }: Session, sampleShape: readonly number[]): Promise<boolean> {
  const [input = ''] = inputs
  const [output = ''] = outputs
  const two = { data: new Float32Array(2 * elementCount(sampleShape)), shape: [2, ...sampleShape] }
  try {
    return (await run({ [input]: two }))[output]?.shape[0] === 2
  } catch {
    return false
  }
}
