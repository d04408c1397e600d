import type * as z from 'zod';

/** Check of a list in a profile: no two of its members are called the same. */
export const uniqueBy =
  <Item, Field extends keyof Item & string>(field: Field, nameOf: (item: Item) => string) =>
  (items: readonly Item[], context: z.RefinementCtx): void => {
    const names = items.map(nameOf);
    for (const [i, name] of names.entries())
      if (names.indexOf(name) < i)
        context.addIssue({
          ...{ code: 'custom', path: [i, field], input: items[i]?.[field] },
          message: 'expected a name that no other output has',
        });
  };
