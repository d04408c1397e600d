/**
 * Map state in distributed mode:
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html. Only what does
 * not depend on the state's input.
 */
export interface DistributedMap {
  label: string;
  /** Definition of the child executions, as JSON. */
  processor: string;
  /** Integration that reads the items. */
  reader: string;
  /** Fields of an item by name: paths into `$$.Map.Item.Value`, without that prefix. */
  fields: Readonly<Record<string, string>>;
  itemsPerBatch: number;
}

/** What depends on the state's input; the interpreter makes it as `Parameters` of a Task state. */
export interface MapParameters {
  reader: { Bucket: string; Prefix?: string };
  /** Absent: no limit. */
  maxItems?: number;
  /** 0: no limit. */
  maxConcurrency: number;
  batchInput: unknown;
}

type Fields = Record<string, unknown>;
/** Longest possible timer in Node.js, in seconds. */
export const LONGEST_TIMER = 2_147_000;
const VALUE = '$$.Map.Item.Value.';
/** A failed child ends the Map Run: what the product uses. */
const UNSUPPORTED = [
  ...['ToleratedFailurePercentage', 'ToleratedFailureCount', 'ToleratedFailurePercentagePath'],
  ...['ToleratedFailureCountPath', 'ResultWriter', 'Retry', 'Catch', 'Parameters', 'ItemsPath', 'Iterator'],
];

export const isDistributed = (state: Fields): boolean =>
  state.Type === 'Map' &&
  ((state.ItemProcessor as Fields | undefined)?.ProcessorConfig as Fields | undefined)?.Mode ===
    'DISTRIBUTED';

/**
 * Takes the settings of a Map state in distributed mode, which the interpreter does not know, and
 * makes the state a Task state, whose handler is given MapParameters. Throws for what is not
 * supported locally.
 */
export function takeDistributedMap(name: string, state: Fields): DistributedMap {
  const unsupported = UNSUPPORTED.find((field) => field in state);
  if (unsupported) throw new Error(`State ${name}: ${unsupported} is not supported locally`);
  const { ItemProcessor, ItemReader, ItemBatcher, ItemSelector, Label, MaxConcurrency = 0 } = state;
  const reader = ItemReader as { Resource?: string; Parameters?: Fields; ReaderConfig?: Fields } | undefined;
  if (!reader?.Resource?.endsWith(':s3:listObjectsV2'))
    throw new Error(`State ${name}: expected an ItemReader of s3:listObjectsV2, as supported locally`);
  const { MaxItemsPerBatch, BatchInput, ...others } = (ItemBatcher ?? {}) as Fields;
  if (typeof MaxItemsPerBatch !== 'number' || Object.keys(others).length > 0)
    throw new Error(`State ${name}: expected an ItemBatcher with MaxItemsPerBatch, as supported locally`);
  if (typeof Label !== 'string') throw new Error(`State ${name}: expected a Label, which names its children`);
  const { ProcessorConfig: _mode, ...processor } = ItemProcessor as Fields;
  const { MaxItems, MaxItemsPath } = reader.ReaderConfig ?? {};
  const parameters: Fields = { reader: reader.Parameters, batchInput: BatchInput };
  if (MaxItemsPath) parameters['maxItems.$'] = MaxItemsPath;
  else if (MaxItems) parameters.maxItems = MaxItems;
  if (state.MaxConcurrencyPath) parameters['maxConcurrency.$'] = state.MaxConcurrencyPath;
  else parameters.maxConcurrency = MaxConcurrency;
  for (const field of Object.keys(state)) if (/^(?:Item|Max|Label)/.test(field)) delete state[field];
  Object.assign(state, {
    ...{ Type: 'Task', Resource: 'map-run', Parameters: parameters },
    // The interpreter ends a Task after a minute by default; a Map state has no time-out.
    TimeoutSeconds: LONGEST_TIMER,
  });
  return {
    label: Label,
    processor: JSON.stringify(processor),
    reader: reader.Resource,
    fields: fieldsOf(name, ItemSelector as Fields),
    itemsPerBatch: MaxItemsPerBatch,
  };
}

function fieldsOf(name: string, selector: Fields = {}): Record<string, string> {
  const entries = Object.entries(selector).map(([field, path]) => {
    if (!field.endsWith('.$') || typeof path !== 'string' || !path.startsWith(VALUE))
      throw new Error(`State ${name}: expected an ItemSelector of ${VALUE}… only, as supported locally`);
    return [field.slice(0, -2), path.slice(VALUE.length)] as const;
  });
  return Object.fromEntries(entries);
}
