import {
  addN,
  concat,
  conv2d,
  matMul,
  pad,
  randomNormal,
  reshape,
  slice,
  split,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'
import { initBackend } from '../src/tensor/backend.js'
import { filterGradient } from '../src/tensor/gradients/filter-gradient.js'

await initBackend('wasm')
const time = fs => {
  const ts = fs.map(() => [])
  for (let i = 0; i < 12; i++)
    fs.forEach(([n, f], j) => {
      const c = process.cpuUsage()
      tidy(() => {
        f()
      })
      const d = process.cpuUsage(c)
      if (i > 1) ts[j].push((d.user + d.system) / 1000)
    })
  fs.forEach(([n], j) => {
    const s = ts[j].sort((a, b) => a - b)
    console.log(n.padEnd(40), s[5].toFixed(2), 'least', s[0].toFixed(2))
  })
}
for (const [hw, c, o, k, s] of [
  [28, 16, 16, 3, 1],
  [14, 32, 32, 3, 1],
  [7, 64, 64, 3, 1],
  [28, 16, 32, 3, 2],
  [14, 32, 64, 3, 2],
  [28, 1, 16, 3, 1],
]) {
  const p = (k - 1) / 2,
    out = Math.floor((hw + 2 * p - k) / s) + 1
  const x = randomNormal([64, hw, hw, c]),
    dy = randomNormal([64, out, out, o]),
    f = randomNormal([k, k, c, o])
  const w = { top: p, bottom: p, left: p, right: p, strides: [s, s], dilations: [1, 1] }
  const tag = `${hw}x${hw}x${c}->${o} k${k} s${s} `
  const one = (x, dy, swap) => {
    const xt = transpose(x, [3, 1, 2, 0])
    const dt = transpose(dy, [1, 2, 0, 3])
    return conv2d(
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
  }
  const byConv = chunk => {
    const parts = []
    for (let i = 0; i < 64; i += chunk)
      parts.push(
        one(
          chunk === 64 ? x : slice(x, [i, 0, 0, 0], [chunk, hw, hw, c]),
          chunk === 64 ? dy : slice(dy, [i, 0, 0, 0], [chunk, out, out, o]),
        ),
      )
    const g = addN(parts)
    const r = g.shape[1] === k ? g : slice(g, [0, 0, 0, 0], [c, k, k, o])
    return transpose(r, [1, 2, 0, 3])
  }
  time([
    [tag + 'now', () => filterGradient(dy, x, [k, k, c, o], w)],
    ...[64, 32, 16, 8, 4].map(n => [tag + 'conv ' + n, () => byConv(n)]),
    [
      tag + 'fwd',
      () =>
        conv2d(x, f, s, [
          [0, 0],
          [p, p],
          [p, p],
          [0, 0],
        ]),
    ],
  ])
}
