import { writeSync } from 'node:fs'
import { initBackend } from '../src/tensor/backend.js'

const [what, n = '5'] = process.argv.slice(2)
await initBackend('tensorflow')
writeSync(2, 'init ')
const { tensor, tidy, conv2d, ones, relu } = await import('@tensorflow/tfjs-core')
if (what === 'upload')
  for (let i = 0; i < +n * 20; i++)
    tidy(() => {
      tensor(new Float32Array(50176).fill(1), [64, 28, 28, 1])
    })
if (what === 'relu') {
  const x = ones([64, 28, 28, 16])
  for (let i = 0; i < +n * 20; i++)
    tidy(() => {
      relu(x)
    })
}
if (what === 'data') {
  const x = ones([64, 28, 28, 16])
  for (let i = 0; i < +n * 20; i++)
    tidy(() => {
      x.dataSync()
    })
}
if (what === 'conv') {
  const x = ones([64, 28, 28, 16]),
    f = ones([3, 3, 16, 16])
  for (let i = 0; i < +n * 20; i++)
    tidy(() => {
      conv2d(x, f, 1, 'same')
    })
}
if (what === 'step') {
  const { trainingOf } = await import('./training.js')
  const t = trainingOf('/tmp/resnet10.onnx', 64, false)
  writeSync(2, 'made ')
  for (let i = 0; i < +n; i++) {
    t.step()
    writeSync(2, 's' + i + ' ')
  }
}
writeSync(2, 'done ')
