/**
 * What a step did: a network's loss in nats, and the length of its gradient. It is the student's, but of a teacher that
 * learns with it where that one alone diverged. Where either number is not finite, nothing was changed.
 */
// A type, as `tidy` hands on no interface.
export type StepResult = {
  readonly network: 'student' | 'teacher'
  readonly loss: number
  readonly gradientNorm: number
}
