import * as tf from '@tensorflow/tfjs'
import type { UpdateOptions } from '../../agents/ddpg-update.js'
import type { Learner, Learners } from '../../agents/learners.js'
import type { Widths } from '../../agents/networks.js'
import type { Batch } from '../../agents/replay.js'

/** A network's outputs, samples in rows as Lillicrap et al. have them: [n, in] -> [n, out]. */
function outputs(widths: Widths, vector: tf.Tensor, input: tf.Tensor): tf.Tensor {
  let x = input
  let offset = 0
  const next = (shape: number[]) => {
    const size = shape.reduce((product, length) => product * length, 1)
    offset += size
    return tf.reshape(tf.slice(vector, [offset - size], [size]), shape)
  }
  for (const [layer, width] of widths.slice(1).entries()) {
    if (layer > 0) x = tf.relu(x)
    const weight = next([widths[layer]!, width])
    x = tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), next([width]))
  }
  return x
}

/** A learner after a step of Adam down a loss of its parameters, and the loss before. */
function descend(
  { parameters, mean, square, target }: Learner<Float32Array>,
  loss: (parameters: tf.Tensor) => tf.Tensor,
  rate: number,
  tau: number,
  step: number,
) {
  const { value, grad } = tf.valueAndGrad(loss)(tf.tensor(parameters))
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
  const g = grad.dataSync()
  const m = mean.map((old, i) => beta1 * old + (1 - beta1) * g[i]!)
  const v = square.map((old, i) => beta2 * old + (1 - beta2) * g[i]! ** 2)
  const corrected = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step)
  const after = parameters.map((old, i) => old - (corrected * m[i]!) / (Math.sqrt(v[i]!) + epsilon))
  const followed = target.map((old, i) => old + tau * (after[i]! - old))
  return {
    learner: { parameters: after, mean: m, square: v, target: followed },
    loss: value.dataSync()[0]!,
  }
}

/** One update of DDPG as TF.js differentiates it. */
export function referenceUpdate(
  { actor, critic }: Learners<Float32Array>,
  batch: Batch,
  step: number,
  options: UpdateOptions,
) {
  return tf.tidy(() => {
    const rows = (values: Float32Array) => tf.tensor2d(values, [options.batch, values.length / options.batch])
    const [states, next, actions] = [rows(batch.observations), rows(batch.next), rows(batch.actions)]
    const raw = (parameters: tf.Tensor, s: tf.Tensor2D) => outputs(options.actor, parameters, s)
    const mu = (parameters: tf.Tensor, s: tf.Tensor2D) => tf.sigmoid(raw(parameters, s))
    const q = (parameters: tf.Tensor, s: tf.Tensor2D, a: tf.Tensor) =>
      outputs(options.critic, parameters, tf.concat([s, a as tf.Tensor2D], 1))
    const future = q(tf.tensor(critic.target), next, mu(tf.tensor(actor.target), next))
    const bellman = tf.add(rows(batch.rewards), tf.mul(rows(batch.bootstrap), future))

    const criticLoss = (parameters: tf.Tensor) =>
      tf.mean(tf.square(tf.sub(q(parameters, states, actions), bellman)))
    const fitted = descend(critic, criticLoss, options.criticRate, options.tau, step)
    const judge = tf.tensor(fitted.learner.parameters)
    const actorLoss = (parameters: tf.Tensor) => tf.neg(tf.mean(q(judge, states, mu(parameters, states))))
    const restrained = (parameters: tf.Tensor) =>
      tf.add(
        actorLoss(parameters),
        tf.mul(tf.mean(tf.square(raw(parameters, states))), options.restraint / 2),
      )
    const climbed = descend(actor, restrained, options.actorRate, options.tau, step)
    return {
      learners: { actor: climbed.learner, critic: fitted.learner },
      criticLoss: fitted.loss,
      actorLoss: actorLoss(tf.tensor(actor.parameters)).dataSync()[0]!,
    }
  })
}
