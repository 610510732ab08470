import { concat, gather, randomNormal, reshape, slice, tidy, transpose } from '@tensorflow/tfjs-core'
import { initBackend } from '../src/tensor/backend.js'

await initBackend('wasm')
const time = fs => {
  const ts = fs.map(() => [])
  for (let i = 0; i < 14; i++)
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
for (const [hw, c] of [
  [28, 16],
  [14, 32],
]) {
  const x = randomNormal([64, hw, hw, c]),
    x3 = reshape(x, [64, hw * hw, c])
  const x2 = reshape(x, [64, hw * hw * c])
  time([
    ['3120', () => transpose(x, [3, 1, 2, 0])],
    ['210', () => transpose(x3, [2, 1, 0])],
    ['2d+021', () => transpose(reshape(transpose(x2), [hw * hw, c, 64]), [1, 0, 2])],
    ['1203', () => transpose(x, [1, 2, 0, 3])],
    ['102', () => transpose(x3, [1, 0, 2])],
  ])
}
