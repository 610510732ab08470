import { dequantizeGraph } from '../../compress/quantize/dequantize.js'
import { type Inspection, inspectGraph } from '../../graph/inspect.js'
import type { Graph } from '../../graph/types.js'
import { percent, whole } from '../../ui/format.js'
import { plainTable } from '../../ui/table.js'
import { loadModel } from '../files/inputs.js'
import { aboutModel } from '../options/error.js'

/** `pare inspect`: the layers of a model, what of it can be pruned, and what is frozen and why. */
export async function inspectCommand(model: string, options: { readonly json: boolean }): Promise<void> {
  const { size, graph } = await loadModel(model)
  // What is quantised is shown as the float network that it stands for.
  const inspection = inspected(model, dequantizeGraph(graph))
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ model, bytes: size, ...inspection }, null, 2)}\n`
      : `${textOf(inspection, size)}\n`,
  )
}

function inspected(model: string, graph: Graph): Inspection {
  try {
    return inspectGraph(graph)
  } catch (error) {
    throw aboutModel(model, error)
  }
}

/** Rows of a table at most: laying out a long one takes its square in time, and nobody reads it. */
const MOST_ROWS = 1000

/** The first rows, and how many more there are. */
function shown<T>(rows: readonly T[]): readonly [readonly T[], string[]] {
  const more = rows.length - MOST_ROWS
  return [rows.slice(0, MOST_ROWS), more > 0 ? [`… and ${whole(more)} more; --json has them all`] : []]
}

function textOf({ layers, groups, frozen, macs, params, prunable }: Inspection, bytes: number): string {
  const [firstLayers, moreLayers] = shown(layers)
  const [firstGroups, moreGroups] = shown(groups)
  const [firstFrozen, moreFrozen] = shown(frozen)
  const layerTable = plainTable(
    ['layer', 'operator', 'output', 'MACs', 'parameters'],
    ['left', 'left', 'left', 'right', 'right'],
  )
  for (const layer of firstLayers)
    layerTable.push([layer.node, layer.op, layer.shape.join(' x '), count(layer.macs), count(layer.params)])
  const groupTable = plainTable(
    ['group', 'channels', 'made by', 'carried by', 'read by'],
    ['left', 'right', 'left', 'left', 'left'],
  )
  for (const { name, size, producers, carriers, consumers } of firstGroups)
    groupTable.push([name, whole(size), producers.join('\n'), carriers.join('\n'), consumers.join('\n')])
  const frozenTable = plainTable(['frozen', 'channels', 'why'], ['left', 'right', 'left'])
  for (const { node, channels, reason } of firstFrozen) frozenTable.push([node, whole(channels), reason])
  return [
    layerTable.toString(),
    ...moreLayers,
    ...(groups.length > 0 ? [groupTable.toString(), ...moreGroups] : []),
    ...(frozen.length > 0 ? [frozenTable.toString(), ...moreFrozen] : []),
    `${whole(macs)} MACs, ${whole(params)} parameters, ${whole(bytes)} bytes; ` +
      `${percent(prunable, 1)} of the parameters can be pruned, in ${groups.length} groups`,
  ].join('\n')
}

/** Zeros are left out, so that the other figures stand out. */
function count(value: number): string {
  return value === 0 ? '' : whole(value)
}
