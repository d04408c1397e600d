/**
 * Returns true for a state that runs a Fargate task once more with a larger size, after a lack of
 * memory, disk or time (docs/adr/0023-larger-tasks.md).
 */
export const isInLargerTask = (state: string | undefined): boolean => /InLargerTask$/.test(state ?? '');
