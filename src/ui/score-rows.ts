import type { OutputScore, SplitScore } from '../evaluate/evaluation.js'
import { percent, whole } from './format.js'
import { fractions, scoreName } from './score-text.js'

/** A model's score on a split as rows of a table, then its other figures; of several outputs, those of each. */
export function scoreRows(split: string, score: SplitScore): [string, string][] {
  const { metric, n, outputs = {} } = score
  return [
    [`${split} ${scoreName(score)} (n = ${whole(n)})`, percent(score.score)],
    ...figureRows(`${split} `, score, metric),
    ...Object.entries(outputs).flatMap(([name, output]) => figureRows(`  ${name}: `, output, '')),
  ]
}

function figureRows(prefix: string, score: OutputScore, shown: string): [string, string][] {
  const { loss, mse } = score
  return [
    ...fractions.flatMap(([key, name]): [string, string][] => {
      const value = score[key]
      return value === undefined || key === shown ? [] : [[`${prefix}${name}`, percent(value)]]
    }),
    ...(mse === undefined ? [] : [[`${prefix}mean squared error`, mse.toPrecision(4)] as [string, string]]),
    [`${prefix}${mse === undefined && score.top1 !== undefined ? 'loss, nats' : 'loss'}`, loss.toFixed(4)],
  ]
}
