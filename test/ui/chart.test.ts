import { describe, expect, it } from 'vitest'
import { curvePoints, emptyCurve, withReward } from '../../src/ui/curve.js'
import { chart } from '../../src/ui/dashboard/chart.js'
import { ascii, unicode } from '../../src/ui/dashboard/theme.js'

function pointsOf(rewards: readonly number[]) {
  return curvePoints(rewards.reduce((curve, reward, trial) => withReward(curve, trial, reward), emptyCurve))
}

describe('the reward curve', () => {
  it('is drawn with one scale for both lines', () => {
    const points = pointsOf([0.5, 0.9, 0.4, 0.4, 0.6, 0.9, 1, 1])
    expect(`\n${chart(points, { width: 20, height: 7 }, unicode).join('\n')}\n`).toBe(`
1.0000 ┤     ╔═
0.9000 ┤╔════╝
0.8000 ┤║
0.7000 ┤║╮   ╭─
0.6000 ┤║╰╮╭─╯
0.5000 ┤╝ ╰╯
       #0    #7
`)
  })

  it('of negative rewards lines up too, in ASCII', () => {
    const points = pointsOf([-12, -9, -11, -3, -3])
    expect(`\n${chart(points, { width: 20, height: 5 }, ascii).join('\n')}\n`).toBe(`
 -3.0000 |  +=
 -6.0000 |  |
 -9.0000 |+=+-
-12.0000 |+\`'
         #0 #4
`)
  })

  it('of one value is level', () => {
    const points = pointsOf(Array.from({ length: 30 }, () => 0.7))
    const rows = chart(points, { width: 60, height: 8 }, unicode).filter(row => /[═─]/.test(row))
    expect(rows).toEqual([`0.7000 ┤${'═'.repeat(29)}`])
  })

  it('fits any size with labels of one width', () => {
    const rewards = Array.from({ length: 700 }, (_, i) => Math.sin(i) * 10 ** (i % 5))
    for (const width of [30, 31, 47, 100, 400]) {
      for (const height of [3, 4, 7, 30]) {
        const rows = chart(pointsOf(rewards), { width, height }, unicode)
        expect(rows).toHaveLength(height)
        expect(Math.max(...rows.map(row => row.length))).toBeLessThanOrEqual(width)
        expect(new Set(rows.slice(0, -1).map(row => row.indexOf('┤'))).size).toBe(1)
      }
    }
  })
})
