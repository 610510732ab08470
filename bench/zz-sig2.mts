import { spawn } from 'node:child_process'
import { matMul, randomNormal, tensor1d, tidy, transpose } from '@tensorflow/tfjs-core'
import { initBackend } from '../src/tensor/backend.js'
import { execute } from '../src/tensor/native/execute.js'

process.on('SIGUSR2', () => {})
await initBackend('tensorflow')
const A = (stride, padding, explicit?) => [
  { name: 'strides', type: 'INT', value: [1, stride, stride, 1] },
  { name: 'data_format', type: 'STRING', value: 'NHWC' },
  { name: 'padding', type: 'STRING', value: padding },
  ...(explicit ? [{ name: 'explicit_paddings', type: 'INT', value: explicit }] : []),
]
const P = p => [0, 0, p, p, p, p, 0, 0]
const [hw, c, o, k, s] = [28, 16, 32, 3, 2]
const p = 1,
  out = 14
const x = randomNormal([64, hw, hw, c]),
  f = randomNormal([k, k, c, o]),
  dy = randomNormal([64, out, out, o]),
  xp = randomNormal([64, 30, 30, c]),
  dyS = randomNormal([64, 28, 28, o])
const xs = tensor1d(x.shape, 'int32'),
  fs = tensor1d(f.shape, 'int32'),
  xps = tensor1d(xp.shape, 'int32')
const a = randomNormal([64, 800]),
  b = randomNormal([800, 200])
const ops = {
  fwdE: () => execute('Conv2D', A(s, 'EXPLICIT', P(p)), [x, f]),
  fwdS: () => execute('Conv2D', A(1, 'SAME'), [x, f]),
  bpiE: () => execute('Conv2DBackpropInput', A(s, 'EXPLICIT', P(p)), [xs, f, dy]),
  bpfE: () => execute('Conv2DBackpropFilter', A(s, 'EXPLICIT', P(p)), [x, fs, dy]),
  bpiV: () => execute('Conv2DBackpropInput', A(s, 'VALID'), [xps, f, dy]),
  bpfV: () => execute('Conv2DBackpropFilter', A(s, 'VALID'), [xp, fs, dy]),
  bpiS: () => execute('Conv2DBackpropInput', A(1, 'SAME'), [xs, f, dyS]),
  bpfS: () => execute('Conv2DBackpropFilter', A(1, 'SAME'), [x, fs, dyS]),
  mm: () => matMul(a, b),
  mmT: () => matMul(a, a, true, false),
}
const t = ops[process.argv[2]]
const ch = spawn('python3', [
  '-c',
  `import os,time\nfor i in range(3500):\n  os.kill(${process.pid}, 12); time.sleep(0.0005)`,
])
let n = 0
const end = performance.now() + 4000
while (performance.now() < end) {
  tidy(() => {
    for (let i = 0; i < 3; i++) t()
  })
  n++
  await new Promise(r => setImmediate(r))
}
console.log('survived', n)
