import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { finetuneCommand } from '../../../src/cli/finetune/finetune.js'
import type { scoreModel } from '../../../src/evaluate/score.js'
import { emptyFolder } from '../../fixtures/folder.js'
import { writeSmallFashion } from '../../fixtures/idx.js'

const model = fileURLToPath(new URL('../../fixtures/models/lenet300.onnx', import.meta.url))
const TEST = 30

// The test split is scored once training is over: by then the user stops the command.
vi.mock(import('../../../src/evaluate/score.js'), async original => {
  const real = await original()
  const scored: typeof scoreModel = (bytes, split, ...more) => {
    if (split.n === TEST) process.emit('SIGINT')
    return real.scoreModel(bytes, split, ...more)
  }
  return { ...real, scoreModel: scored }
})

it('loses nothing to a Ctrl-C between the end of training and the file, and listens no longer than that', async () => {
  const folder = emptyFolder()
  writeSmallFashion(join(folder, 'data'), { train: 100, val: 50, test: TEST })
  const out = join(folder, 'tuned.onnx')
  const listeners = process.listenerCount('SIGINT')
  const flags = { model, data: join(folder, 'data'), out, epochs: 1, backend: 'wasm' }
  await expect(finetuneCommand(flags)).rejects.toThrow(`interrupted; ${out} has the best so far`)
  expect(existsSync(out)).toBe(true)
  expect(process.listenerCount('SIGINT')).toBe(listeners)
})
