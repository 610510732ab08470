import { conv2d, matMul, randomNormal, tidy } from '@tensorflow/tfjs-core'
import { initBackend } from '../src/tensor/backend.js'

await initBackend('wasm')
const time = fs => {
  const ts = fs.map(() => [])
  for (let i = 0; i < 16; i++)
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
    console.log(n.padEnd(30), s[5].toFixed(2), 'least', s[0].toFixed(2))
  })
}
const f = randomNormal([14, 14, 64, 32])
time(
  [1, 3, 4, 5, 6, 8, 9, 10, 12].map(px => [
    `px ${px}`,
    (
      x => () =>
        conv2d(x, f, 1, 'valid')
    )(randomNormal([32, 14, 13 + px, 64])),
  ]),
)
const k = 32 * 9
time([
  [
    `matmul 288x12544x32`,
    (() => {
      const a = randomNormal([288, 12544]),
        b = randomNormal([12544, 32])
      return () => matMul(a, b)
    })(),
  ],
  [
    `matmul 8 x 288x1568x32`,
    (() => {
      const a = randomNormal([288, 1568]),
        b = randomNormal([1568, 32])
      return () => {
        for (let i = 0; i < 8; i++) matMul(a, b)
      }
    })(),
  ],
  [
    `matmul 64 x 288x196x32`,
    (() => {
      const a = randomNormal([288, 196]),
        b = randomNormal([196, 32])
      return () => {
        for (let i = 0; i < 64; i++) matMul(a, b)
      }
    })(),
  ],
])
