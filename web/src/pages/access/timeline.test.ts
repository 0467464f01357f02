import { expect, test } from 'vitest'
import type { ActivityEvent } from '../../api/types'
import { countsOf, stepsOf } from './timeline'

const at = (seq: number) => ({ seq, sentence: `${seq}` }) as ActivityEvent

test('what was changed, viewed and refused stands in the order in which it happened', () => {
  const steps = stepsOf({ changes: [at(2), at(9)], views: [at(1), at(10)], blocked: [at(5)] })
  expect(steps.map(({ kind, event }) => `${event.seq} ${kind}`)).toEqual([
    '1 viewed',
    '2 changed',
    '5 blocked',
    '9 changed',
    '10 viewed',
  ])
  expect(countsOf(steps)).toEqual({ changed: 2, viewed: 2, blocked: 1 })
})

test('a visit in which nothing was done has no steps', () => {
  expect(stepsOf({ changes: [], views: [], blocked: [] })).toEqual([])
})
