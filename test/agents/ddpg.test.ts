import { expect, it } from 'vitest'
import { ddpgAgent, ddpgDefaults } from '../../agents/ddpg.js'
import { features, sites } from './known-environment.js'

it('reaches both ends of its bounds at first', async () => {
  const agent = await ddpgAgent({
    ...ddpgDefaults,
    seed: 5,
    features,
    sites,
    noise: { warmUp: 20, trials: 100, initial: 0.3, floor: 0.03 },
  })
  const actions = Array.from({ length: 300 }, (_, trial) =>
    agent.act({ trial: trial % 20, site: trial, observation: [0, 1, 0], low: 0.2, high: 0.4, middle: 0.3 }),
  )
  await agent.dispose()
  expect(Math.min(...actions)).toBeLessThan(0.22)
  expect(Math.max(...actions)).toBeGreaterThan(0.38)
})
