import { pad, randomNormal, slice, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { initBackend } from '../src/tensor/backend.js'
import { execute } from '../src/tensor/native/execute.js'
import { median } from './nets.js'

await initBackend('tensorflow')
const time = (name, f) => {
  for (let i = 0; i < 3; i++)
    tidy(() => {
      f()
    })
  const ts = []
  for (let i = 0; i < 25; i++) {
    const c = process.cpuUsage()
    tidy(() => {
      f()
    })
    const d = process.cpuUsage(c)
    ts.push((d.user + d.system) / 1000)
  }
  console.log(name, median(ts).toFixed(2))
}
const A = (stride, padding, explicit) => [
  { name: 'strides', type: 'INT', value: [1, stride, stride, 1] },
  { name: 'data_format', type: 'STRING', value: 'NHWC' },
  { name: 'padding', type: 'STRING', value: padding },
  ...(explicit ? [{ name: 'explicit_paddings', type: 'INT', value: explicit }] : []),
]
const P = p => [0, 0, p, p, p, p, 0, 0]
for (const [hw, c, o, k, s] of [
  [28, 16, 16, 3, 1],
  [14, 32, 32, 3, 1],
  [7, 64, 64, 3, 1],
  [28, 16, 32, 3, 2],
  [28, 1, 16, 3, 1],
  [28, 16, 32, 1, 2],
  [28, 16, 32, 1, 1],
  [14, 64, 64, 1, 1],
  [28, 12, 12, 3, 1],
]) {
  const p = (k - 1) / 2,
    out = Math.floor((hw + 2 * p - k) / s) + 1
  const x = randomNormal([64, hw, hw, c]),
    f = randomNormal([k, k, c, o]),
    dy = randomNormal([64, out, out, o])
  const xs = tensor1d(x.shape, 'int32'),
    fs = tensor1d(f.shape, 'int32')
  const tag = `${hw}x${hw}x${c}->${o} k${k} s${s}`
  time(tag + ' fwd explicit', () => execute('Conv2D', A(s, 'EXPLICIT', P(p)), [x, f]))
  if (s === 1) {
    time(tag + ' fwd SAME', () => execute('Conv2D', A(s, 'SAME'), [x, f]))
  } else {
    time(tag + ' fwd pad VALID', () =>
      execute('Conv2D', A(s, 'VALID'), [
        p
          ? pad(x, [
              [0, 0],
              [p, p],
              [p, p],
              [0, 0],
            ])
          : x,
        f,
      ]),
    )
  }
  time(tag + ' bpi explicit', () => execute('Conv2DBackpropInput', A(s, 'EXPLICIT', P(p)), [xs, f, dy]))
  if (s === 1) time(tag + ' bpi SAME', () => execute('Conv2DBackpropInput', A(s, 'SAME'), [xs, f, dy]))
  else
    time(tag + ' bpi VALID slice', () => {
      const padded = [64, hw + 2 * p, hw + 2 * p, c]
      const g = execute('Conv2DBackpropInput', A(s, 'VALID'), [tensor1d(padded, 'int32'), f, dy])[0]
      return p ? slice(g, [0, p, p, 0], x.shape) : g
    })
  time(tag + ' bpf explicit', () => execute('Conv2DBackpropFilter', A(s, 'EXPLICIT', P(p)), [x, fs, dy]))
  if (s === 1) time(tag + ' bpf SAME', () => execute('Conv2DBackpropFilter', A(s, 'SAME'), [x, fs, dy]))
  else
    time(tag + ' bpf VALID', () =>
      execute('Conv2DBackpropFilter', A(s, 'VALID'), [
        p
          ? pad(x, [
              [0, 0],
              [p, p],
              [p, p],
              [0, 0],
            ])
          : x,
        fs,
        dy,
      ]),
    )
}
