import { expect, it } from 'vitest'
import { randomStream } from '../../../src/random.js'
import { type TrialColumns, trialStates } from '../../../src/report/page/page-data.js'
import { pageOf, queriedTrials } from '../../../src/report/page/trial-query.js'

const trials: TrialColumns = {
  states: [0, 2, 0, 1, 3],
  marks: [1, 0, 7, 0, 0],
  numbers: [{ title: 'reward', format: 'significant', values: [0.5, null, 0.9, 0.5, null] }],
  reasons: { 1: 'The loss is NaN' },
  decisions: [],
}
const all = { filter: 'all', text: '', sort: null, descending: false } as const

it('lists all by number, either way', () => {
  expect(queriedTrials(trials, all)).toEqual([0, 1, 2, 3, 4])
  expect(queriedTrials(trials, { ...all, descending: true })).toEqual([4, 3, 2, 1, 0])
})

it('lists those of a state or with a mark', () => {
  expect(queriedTrials(trials, { ...all, filter: 'failed' })).toEqual([1])
  expect(queriedTrials(trials, { ...all, filter: 'cached' })).toEqual([3])
  expect(queriedTrials(trials, { ...all, filter: 'front' })).toEqual([0, 2])
  expect(queriedTrials(trials, { ...all, filter: 'chosen' })).toEqual([2])
})

it('finds parts of reasons in any case, and numbers', () => {
  expect(queriedTrials(trials, { ...all, text: ' nan ' })).toEqual([1])
  expect(queriedTrials(trials, { ...all, text: '4' })).toEqual([4])
  expect(queriedTrials(trials, { ...all, text: 'nothing' })).toEqual([])
})

it('sorts by a figure, those without it last, either way', () => {
  expect(queriedTrials(trials, { ...all, sort: 0 })).toEqual([0, 3, 2, 1, 4])
  expect(queriedTrials(trials, { ...all, sort: 0, descending: true })).toEqual([2, 0, 3, 1, 4])
})

it('loses no trial and repeats none, whatever is asked', () => {
  const random = randomStream(1, 0, 'query')
  const n = 500
  const values = Array.from({ length: n }, () => (random.uniform() < 0.2 ? null : random.uniform()))
  const states = values.map(value => (value === null ? 2 : Math.floor(random.uniform() * 2)))
  const many = { ...trials, states, marks: states, numbers: [{ ...trials.numbers[0]!, values }] }
  const parts = trialStates.flatMap(filter => queriedTrials(many, { ...all, filter, sort: 0 }))
  expect(parts.toSorted((a, b) => a - b)).toEqual(values.map((_, i) => i))
})

it('keeps to the pages that there are', () => {
  expect(pageOf(51, 25, 2)).toEqual({ page: 2, pages: 3, from: 50, to: 51 })
  expect(pageOf(51, 25, 9)).toEqual({ page: 2, pages: 3, from: 50, to: 51 })
  expect(pageOf(0, 25, 3)).toEqual({ page: 0, pages: 1, from: 0, to: 0 })
})
