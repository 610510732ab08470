import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Evaluation } from '../../evaluate/evaluation.js'
import type { RecordPages, TrialRecord } from '../../search/trial-record.js'
import { writeTfRecords } from './tf-record.js'

/** Named numbers at one step. */
interface Scalars {
  /** Seconds since the epoch. */
  readonly wallTime: number
  readonly step: number
  readonly values: readonly (readonly [tag: string, value: number])[]
}

/**
 * Told trials as a TensorBoard event file, a step each: reward and the best one so far, score and loss on the validation
 * split, costs as shares of the original's, what the agent says of itself, and the scores of later rungs.
 * @param original null where it was not evaluated yet; costs are then left out
 */
export async function* trialsToTensorBoard(
  pages: RecordPages,
  original: Evaluation | null,
): AsyncGenerator<Uint8Array> {
  let best = Number.NEGATIVE_INFINITY
  let isFirst = true
  for await (const page of pages()) {
    const told = page.filter(({ toldAt }) => toldAt !== null)
    if (isFirst && told[0] !== undefined) {
      yield writeTfRecords([versionEvent((told[0].toldAt ?? 0) / 1000)])
      isFirst = false
    }
    const steps = told.map(record => {
      best = Math.max(best, record.reward ?? best)
      const values = [
        ...(Number.isFinite(best) ? [['best', best] as const] : []),
        ...scalarsOf(record, original),
      ]
      return scalarEvent({ wallTime: (record.toldAt ?? 0) / 1000, step: record.number, values })
    })
    yield writeTfRecords(steps)
  }
  if (isFirst) yield writeTfRecords([versionEvent(0)])
}

function scalarsOf(record: TrialRecord, original: Evaluation | null): Scalars['values'] {
  const { evaluation, agent } = record
  const score = evaluation?.scores.val
  const values: readonly (readonly [string, number | null | undefined])[] = [
    ['reward', record.reward],
    ['val/score', score?.score],
    ['val/loss', score?.loss],
    ...Object.entries(evaluation?.cost ?? {}).map(([kind, value]) => {
      const whole = Object.entries(original?.cost ?? {}).find(([other]) => other === kind)?.[1]
      return [`cost/${kind}`, whole ? value / whole : null] as const
    }),
    ['agent/noise', agent?.noise],
    ['agent/critic_loss', agent?.criticLoss],
    ['agent/actor_loss', agent?.actorLoss],
    ...record.rungs.map(
      ({ rung, evaluation }) => [`val/score_rung${rung}`, evaluation?.scores.val?.score] as const,
    ),
  ]
  return values.flatMap(([tag, value]) => (typeof value === 'number' ? [[tag, value] as const] : []))
}

/** An Event (tensorflow/core/util/event.proto): wall_time 1, step 2, file_version 3, summary 5. */
function eventOf(wallTime: number): BinaryWriter {
  return new BinaryWriter().tag(1, WireType.Bit64).double(wallTime)
}

/** The first event of a file, without which readers take it for an older format. */
function versionEvent(wallTime: number): Uint8Array {
  return eventOf(wallTime).tag(3, WireType.LengthDelimited).string('brain.Event:2').finish()
}

/** With a Summary (summary.proto) of values 1, each with tag 1 and simple_value 2. */
function scalarEvent({ wallTime, step, values }: Scalars): Uint8Array {
  const event = eventOf(wallTime).tag(2, WireType.Varint).int64(step).tag(5, WireType.LengthDelimited).fork()
  for (const [tag, value] of values) {
    event.tag(1, WireType.LengthDelimited).fork()
    event.tag(1, WireType.LengthDelimited).string(tag).tag(2, WireType.Bit32).float(value).join()
  }
  return event.join().finish()
}
