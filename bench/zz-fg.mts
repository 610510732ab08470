import {
  abs,
  conv2d,
  matMul,
  max,
  pad,
  randomNormal,
  reshape,
  slice,
  sub,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'
import { initBackend } from '../src/tensor/backend.js'
import { filterGradient } from '../src/tensor/gradients/filter-gradient.js'
import { median } from './nets.js'

await initBackend('wasm')
const time = (name, f) => {
  for (let i = 0; i < 3; i++)
    tidy(() => {
      f()
    })
  const ts = []
  for (let i = 0; i < 9; i++) {
    const c = process.cpuUsage()
    tidy(() => {
      f()
    })
    const d = process.cpuUsage(c)
    ts.push((d.user + d.system) / 1000)
  }
  console.log(name.padEnd(40), median(ts).toFixed(2))
}
for (const [hw, c, o, k, s] of [
  [28, 16, 16, 3, 1],
  [14, 32, 32, 3, 1],
  [7, 64, 64, 3, 1],
  [28, 16, 32, 3, 2],
  [14, 32, 64, 3, 2],
  [28, 1, 16, 3, 1],
  [14, 24, 40, 3, 1],
  [28, 8, 8, 5, 1],
]) {
  const p = (k - 1) / 2,
    out = Math.floor((hw + 2 * p - k) / s) + 1
  const x = randomNormal([64, hw, hw, c]),
    dy = randomNormal([64, out, out, o]),
    f = randomNormal([k, k, c, o])
  const w = { top: p, bottom: p, left: p, right: p, strides: [s, s], dilations: [1, 1] }
  const tag = `${hw}x${hw}x${c}->${o} k${k} s${s} `
  const byConv = () => {
    const xt = transpose(x, [3, 1, 2, 0])
    const dt = transpose(dy, [1, 2, 0, 3])
    const g = conv2d(
      xt,
      dt,
      1,
      [
        [0, 0],
        [p, p],
        [p, p],
        [0, 0],
      ],
      'NHWC',
      [s, s],
    )
    const r = g.shape[1] === k ? g : slice(g, [0, 0, 0, 0], [c, k, k, o])
    return transpose(r, [1, 2, 0, 3])
  }
  time(tag + 'now', () => filterGradient(dy, x, [k, k, c, o], w))
  time(tag + 'conv', byConv)
  time(tag + '  transposes', () => {
    transpose(x, [3, 1, 2, 0])
    transpose(dy, [1, 2, 0, 3])
  })
  time(tag + '  transpose x', () => {
    transpose(x, [3, 1, 2, 0])
  })
  time(tag + '  transpose x 2d', () => {
    transpose(reshape(x, [-1, c]))
  })
  time(tag + 'forward', () =>
    conv2d(x, f, s, [
      [0, 0],
      [p, p],
      [p, p],
      [0, 0],
    ]),
  )
  time(tag + 'pad', () =>
    pad(x, [
      [0, 0],
      [p, p],
      [p, p],
      [0, 0],
    ]),
  )
  const L = 64 * (out + 1) * (out + 1)
  const a = randomNormal([k * k * c, L]),
    a1 = randomNormal([c, L]),
    b = randomNormal([L, o])
  time(tag + 'matmul one', () => matMul(a, b))
  time(tag + 'matmul nine', () => {
    for (let i = 0; i < k * k; i++) matMul(a1, b)
  })
  console.log(
    'err',
    tidy(() => max(abs(sub(byConv(), filterGradient(dy, x, [k, k, c, o], w)))).dataSync()[0]),
  )
}
