/**
 * Maximum number of entries kept in a job's timeline: a row holds at most 400 KB, and a retry that
 * cannot start adds two entries each time. The oldest entries and the latest stay; CompleteJob may
 * add one more.
 */
const MAX_ENTRIES = 60;
const FIRST_ENTRIES = 10;
/**
 * Index beyond the end of any timeline: DynamoDB appends an element that is set there. (It refuses
 * `list_append` to a list of which the same expression removes elements.)
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.SET.AddingListElements
 */
const BEYOND = 9_999;

/**
 * Returns the parts of an update expression that append an entry to a timeline of this length.
 * Drops entries from the middle of one that is too long, and counts them in `timelineDropped`. A
 * concurrent append only makes the timeline one entry longer or shorter.
 */
export function timelineAppend({ entry, length }: { entry: object; length: number }): {
  sets: string[];
  removes: string[];
  names: string[];
  values: Record<string, unknown>;
} {
  const excess = length + 1 - MAX_ENTRIES;
  if (excess <= 0)
    return {
      sets: ['#timeline = list_append(#timeline, :entry)'],
      removes: [],
      names: ['timeline'],
      values: { ':entry': [entry] },
    };
  // From the last on, which leaves the indexes of the others as they are.
  const removes = Array.from({ length: excess }, (_, i) => `#timeline[${FIRST_ENTRIES + excess - 1 - i}]`);
  return {
    sets: [
      `#timeline[${BEYOND}] = :entry`,
      '#timelineDropped = if_not_exists(#timelineDropped, :none) + :dropped',
    ],
    removes,
    names: ['timeline', 'timelineDropped'],
    values: { ':entry': entry, ':none': 0, ':dropped': excess },
  };
}
