#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander'
import { rewardNames } from '../search/reward.js'
import { compareOptions } from './compare/options.js'
import { compressOptions } from './compress/options.js'
import { evaluateOptions } from './evaluate/options.js'
import { finetuneOptions } from './finetune/options.js'
import { addJobCommands } from './job/commands.js'
import { exitCodes, explain } from './options/error.js'
import { wholeFlag, withFlags } from './options/flags.js'
import { bearGoneReaders } from './options/gone-readers.js'
import { formatHelp, modelFormats, modelHelp, outHelp } from './options/options.js'
import { pareVersion } from './options/version.js'
import { packOptions } from './pack/options.js'
import { addProfileCommands } from './profile/commands.js'
import { profileOptions } from './profile/options.js'
import { quantizeOptions } from './quantize/options.js'
import { addRunFileCommands } from './runs/commands.js'
import { searchOptions } from './search/options.js'
import { sensitivityOptions } from './sensitivity/options.js'

// Each command loads its code when it is called: TF.js and ONNX Runtime take a second, which `pare list` need not wait.
const program = new Command('pare')
  .description('Compress a trained neural network to a budget, by search')
  .version(pareVersion())
  .showHelpAfterError('(pare --help lists the commands)')
  .exitOverride()

withFlags(
  program
    .command('search')
    .description('search for the best network within a budget')
    .argument('[MODEL]', modelHelp),
  searchOptions,
)
  .option('--recipe <file>', 'YAML file with the same keys; flags win over it')
  .action(async (model: string | undefined, { recipe, ...flags }: Record<string, unknown>) =>
    (await import('./search/search.js')).searchCommand(
      model === undefined ? flags : { model, ...flags },
      typeof recipe === 'string' ? recipe : undefined,
    ),
  )

const profile = program
  .command('profile')
  .description('measure, import, join and show what layers take on a device')
// Options of `profile` itself would be taken from behind its subcommands.
withFlags(
  profile
    .command('measure', { isDefault: true })
    .description('measure the layers of a model, in several widths, on this machine')
    .argument('<MODEL>', modelHelp),
  profileOptions,
).action(async (model: string, flags: Record<string, unknown>) =>
  (await import('./profile/profile.js')).profileCommand({ model, ...flags }),
)
addProfileCommands(profile)

addJobCommands(program)

program
  .command('list')
  .description('list the runs under runs/')
  .option('--json', 'as JSON', false)
  .action(async options => (await import('./runs/list.js')).listCommand(options))

program
  .command('show')
  .description('show the result of a run')
  .argument('<RUN>', 'name under runs/, or a folder')
  .option('--json', 'with the whole history, as JSON', false)
  .addOption(
    new Option('--reward <name>', 'rank its trials by another reward, without evaluating any').choices(
      rewardNames,
    ),
  )
  .option(
    '--front [costs]',
    'the trials that none betters by score and by one or two costs, as macs or macs,size',
  )
  .action(async (run, options) => (await import('./runs/show.js')).showCommand(run, options))

program
  .command('repair')
  .description('save what can be read of a run whose database is damaged, to go on with')
  .argument('<RUN>', 'name under runs/, or a folder')
  .option('--json', 'as one JSON document', false)
  .action(async (run, options) => (await import('./runs/repair.js')).repairCommand(run, options))

withFlags(
  program
    .command('compare')
    .description(
      'compare agents over seeds, runs that are there, or what runs chose as predicted on other devices (--profile alone)',
    )
    .argument('[MODEL|RUN...]', `${modelHelp}, to search with; or names under runs/, or folders`)
    // Only one value each: runs may stand behind it.
    .option(
      '--profile <file>',
      'device profile to predict on, or for budgets of latency and energy; may be given several times',
      (file: string, before: readonly string[] = []) => [...before, file],
    ),
  compareOptions.omit({ profile: true }),
)
  .option('--recipe <file>', 'YAML file with the same keys; flags win over it')
  .action(async (names: string[], { recipe, ...flags }: Record<string, unknown>) =>
    (await import('./compare/compare.js')).compareCommand(
      names,
      flags,
      typeof recipe === 'string' ? recipe : undefined,
    ),
  )

program
  .command('export')
  .description('write the model that a run chose, or a model, to a file of any format')
  .argument('<RUN|MODEL>', `name under runs/, or a folder; or ${modelHelp}`)
  .requiredOption('--out <path>', outHelp)
  .addOption(new Option('--format <name>', formatHelp).choices(modelFormats))
  .option('--trial <n>', 'a finalist other than the chosen one', wholeFlag)
  .option('--small', 'a .pare file in as few bytes as can be: relative indices, Huffman codes', false)
  .action(async (run, options) => (await import('./runs/export.js')).exportCommand(run, options))

addRunFileCommands(program)

program
  .command('unpack')
  .description('write the model in a .pare file as one that other programs read')
  .argument('<FILE>', '.pare file')
  .requiredOption('--out <path>', 'file to write, .onnx, or .json for a TF.js model')
  .option('--overwrite', 'replace a file that is there', false)
  .action(async (file, options) => (await import('./pack/unpack.js')).unpackCommand(file, options))

program
  .command('inspect')
  .description('show the layers of a model, the channels that can be pruned, and what is frozen')
  .argument('<MODEL>', modelHelp)
  .option('--json', 'as one JSON document', false)
  .action(async (model, options) => (await import('./inspect/inspect.js')).inspectCommand(model, options))

withFlags(
  program
    .command('compress')
    .description('prune a model at once, by a share of every layer or by a policy')
    .argument('<MODEL>', modelHelp),
  compressOptions,
).action(async (model, flags) =>
  (await import('./compress/compress.js')).compressCommand({ model, ...flags }),
)

withFlags(
  program
    .command('finetune')
    .description('train a model on, alone or with a teacher, and keep the epoch that validates best')
    .argument('<MODEL>', modelHelp),
  finetuneOptions,
).action(async (model, flags) =>
  (await import('./finetune/finetune.js')).finetuneCommand({ model, ...flags }),
)

withFlags(
  program
    .command('pack')
    .description('prune, share weights and Huffman-code them: Deep Compression, to a .pare file')
    .argument('<MODEL>', modelHelp),
  packOptions,
).action(async (model, flags) => (await import('./pack/pack.js')).packCommand({ model, ...flags }))

withFlags(
  program
    .command('quantize')
    .description('round weights and activations to integers, calibrated on training samples')
    .argument('<MODEL>', modelHelp),
  quantizeOptions,
).action(async (model, flags) =>
  (await import('./quantize/quantize.js')).quantizeCommand({ model, ...flags }),
)

withFlags(
  program
    .command('evaluate')
    .description('measure accuracy, cost and latency of a model')
    .argument('<MODEL>', modelHelp),
  evaluateOptions,
).action(async (model, flags) =>
  (await import('./evaluate/evaluate.js')).evaluateCommand({ model, ...flags }),
)

withFlags(
  program
    .command('sensitivity')
    .description('measure what each layer alone costs when it is cut, thinned out or rounded')
    .argument('<MODEL>', modelHelp),
  sensitivityOptions,
).action(async (model, flags) =>
  (await import('./sensitivity/sensitivity.js')).sensitivityCommand({ model, ...flags }),
)

program
  .command('doctor')
  .description('tell what pare finds on this machine, what is missing, and what to do')
  .option('--json', 'as one JSON document', false)
  .action(async options => (await import('./doctor/doctor.js')).doctorCommand(options))

bearGoneReaders()
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
  else {
    const { code, line } = explain(error)
    process.stderr.write(`pare: ${line}\n`)
    process.exitCode = code
  }
}
