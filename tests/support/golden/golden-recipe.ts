export type Contents = Record<string, Buffer | string>;

/** What a recipe makes of small inputs, by name; none of it depends on the processor. */
export interface GoldenRecipe {
  /** Text, and arguments of programs, that the product itself writes. */
  texts?: () => Contents | Promise<Contents>;
  /** What tools write, and their versions. */
  bytes?: { tools: Record<string, string>; make: () => Promise<Contents> };
}
