/**
 * Computes with an addon in two threads at once and again in a third, and ends with status 1 where anything is wrong:
 * `node prove.js ADDON`. A process of its own, for a bad binary can end more than its thread.
 */
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { conv2d, ones, setBackend, sum, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import '../tf.js'
import { loadNative } from './load.js'

const ROUNDS = 200

/** Sums over a convolution of ones, whose inner places each count the window's nine cells in four channels. */
async function compute(addon: string): Promise<boolean> {
  loadNative(addon)
  await setBackend('tensorflow')
  return Array.from({ length: ROUNDS }).every(() =>
    tidy(() => {
      const y = conv2d(ones([2, 6, 6, 4]) as Tensor4D, ones([3, 3, 4, 5]) as Tensor4D, 1, 'valid')
      return sum(y).dataSync()[0] === 2 * 4 * 4 * 5 * 9 * 4
    }),
  )
}

async function inThread(addon: string): Promise<boolean> {
  const worker = new Worker(new URL(import.meta.url), { workerData: addon })
  const [right] = (await once(worker, 'message')) as [boolean]
  await once(worker, 'exit')
  return right
}

if (isMainThread) {
  const addon = process.argv[2] ?? ''
  const right = await Promise.all([compute(addon), inThread(addon), inThread(addon)])
  if (![...right, await inThread(addon)].every(Boolean)) throw new Error('native TensorFlow computes wrongly')
} else parentPort?.postMessage(await compute(workerData as string))
