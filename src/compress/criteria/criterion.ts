/** Criteria that look at the weights alone. */
const weightCriteria = ['l1', 'l2', 'bn-scale', 'geometric-median', 'random'] as const

/** Criteria that look at what calibration samples do in the network. */
const dataCriteria = ['energy', 'reconstruction', 'taylor'] as const

/** Every way to rank the channels of a group. */
export const criterionNames = [...weightCriteria, ...dataCriteria] as const

export type WeightCriterion = (typeof weightCriteria)[number]
export type DataCriterion = (typeof dataCriteria)[number]
export type CriterionName = (typeof criterionNames)[number]

/** Whether a criterion does without samples. */
export function isWeightCriterion(name: CriterionName): name is WeightCriterion {
  return weightCriteria.some(known => known === name)
}
