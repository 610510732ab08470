import { spawn } from 'node:child_process'
import { initBackend } from '../src/tensor/backend.js'
import { trainingOf } from './training.js'

process.on('SIGUSR2', () => {})
await initBackend(process.argv[2] ?? 'tensorflow')
const t = trainingOf('/tmp/resnet10.onnx', 64, false)
t.step()
const c = spawn('python3', [
  '-c',
  `import os,time\nfor i in range(8000):\n  os.kill(${process.pid}, 12); time.sleep(0.001)`,
])
let n = 0
const end = performance.now() + 9000
while (performance.now() < end) {
  t.step()
  n++
  await new Promise(r => setImmediate(r))
}
console.log('survived', n)
