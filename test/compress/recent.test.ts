import { expect, it } from 'vitest'
import { recent } from '../../src/compress/recent.js'
import { randomStream } from '../../src/random.js'

it('makes each value once while all have room', () => {
  let made = 0
  const values = recent<number>(100, () => 10)
  const make = (key: number) => {
    made++
    return key
  }
  for (let i = 0; i < 50; i++) expect(values(`${i % 10}`, () => make(i % 10))).toBe(i % 10)
  expect(made).toBe(10)
})

it('forgets what was not asked for longest, and keeps the newest however large', () => {
  const made: string[] = []
  const values = recent<string>(3, value => value.length)
  for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'b', 'large', 'large', 'a']) {
    values(key, () => {
      made.push(key)
      return key
    })
  }
  expect(made).toEqual(['a', 'b', 'c', 'd', 'b', 'large', 'a'])
})

it('holds what a list of the last keys says it holds', () => {
  const random = randomStream(1, 0, 'recent')
  const size = (key: number) => 1 + (key % 7)
  const values = recent<number>(40, size)
  let held: number[] = []
  for (let i = 0; i < 2000; i++) {
    const key = random.below(30)
    let wasMade = false
    values(`${key}`, () => {
      wasMade = true
      return key
    })
    expect(wasMade).toBe(!held.includes(key))
    held = [...held.filter(other => other !== key), key]
    while (held.reduce((sum, other) => sum + size(other), 0) > 40) held.shift()
  }
})
