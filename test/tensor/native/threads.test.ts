import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { whyNotNative } from '../../../src/tensor/backend.js'
import { addonFile } from '../../../src/tensor/native/home.js'

const run = promisify(execFile)
const prove = fileURLToPath(new URL('../../../dist/src/tensor/native/prove.js', import.meta.url))
const backend = new URL('../../../dist/src/tensor/backend.js', import.meta.url).href
const convolution = new URL('../../../dist/src/tensor/gradients/conv.js', import.meta.url).href
const tf = new URL('../../../dist/src/tensor/tf.js', import.meta.url).href

/** Runs a module's text in a process of its own; what it prints. */
async function inProcess(text: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', text])
  return stdout.trim()
}

describe.skipIf(whyNotNative() !== null)('the native addon', () => {
  it('loads and computes in the main thread, in two others at once and in one that comes later', async () => {
    await expect(run(process.execPath, [prove, addonFile()])).resolves.toMatchObject({ stderr: '' })
  })

  it('computes where Node has taken away what tfjs-node calls', async () => {
    const text = `
      import util from 'node:util'
      delete util.isNullOrUndefined
      delete util.isArray
      const { initBackend } = await import('${backend}')
      const { add, concat, tensor } = await import('${tf}')
      await initBackend('tensorflow')
      console.log([...concat([add(tensor([1]), 2), tensor([4])]).dataSync()].join())`
    expect(await inProcess(text)).toBe('3,4')
  })

  it('stands beside WASM in one thread, and each reads what the other made', async () => {
    const text = `
      const { initBackend } = await import('${backend}')
      const { add, mul, tensor, variable } = await import('${tf}')
      await initBackend('wasm')
      const a = variable(tensor([1, 2]))
      await initBackend('tensorflow')
      const b = add(a, 1)
      await initBackend('wasm')
      console.log([...mul(a, b).dataSync()].join())`
    expect(await inProcess(text)).toBe('2,6')
  })
})

describe.skipIf(whyNotNative() !== null)('a signal in the middle of a convolution', () => {
  // TensorFlow's own filter gradient, which explicit padding asks for, then writes over foreign memory.
  it('does no harm', async () => {
    const text = `
      import { Worker } from 'node:worker_threads'
      const { initBackend } = await import('${backend}')
      const { convolve } = await import('${convolution}')
      const { ones, sum, tidy, variable, variableGrads } = await import('${tf}')
      await initBackend('tensorflow')
      const x = ones([64, 28, 28, 16])
      const filter = variable(ones([3, 3, 16, 32]))
      const window = { top: 1, bottom: 1, left: 1, right: 1, strides: [2, 2], dilations: [1, 1] }
      const cell = () => tidy(() => {
        const { grads } = variableGrads(() => sum(convolve(x, filter, window, [x])))
        return Object.values(grads)[0].dataSync()[0]
      })
      cell()
      process.on('SIGUSR2', () => {})
      new Worker('for (;;) process.kill(process.pid, "SIGUSR2")', { eval: true })
      const cells = new Set(Array.from({ length: 40 }, cell))
      console.log([...cells].join())
      process.exit()`
    expect(await inProcess(text)).toBe(String(64 * 13 * 13))
  })
})

describe('where the addon is not built', () => {
  const text = (call: string) => `
    process.env.XDG_CACHE_HOME = '/nonexistent'
    const { chooseBackend, whyNotNative } = await import('${backend}')
    try { console.log(${call}) } catch (error) { console.log('refused: ' + error.message) }`

  it('auto comes to WASM', async () => {
    expect(await inProcess(text("chooseBackend('auto')"))).toBe('wasm')
  })

  it('the one named is refused, with what to do', async () => {
    expect(await inProcess(text("chooseBackend('tensorflow')"))).toBe(
      'refused: native TensorFlow is not built (npm run native builds it)',
    )
  })
})
