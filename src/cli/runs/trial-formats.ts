/** What other programs read trials as. */
export const trialFormats = ['csv', 'jsonl', 'tensorboard', 'optuna'] as const

export type TrialFormat = (typeof trialFormats)[number]
