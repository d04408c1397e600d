/** Number of cases of a proof: SIZE, or the small number that `make test` runs. */
export const proofSize = (small: number): number => Number(process.env.SIZE ?? small);

/** Seed of a proof's random choices; a failing run is repeated with the SEED that it printed. */
export const proofSeed = (usual = 1): number => Number(process.env.SEED ?? usual);

/** Prints what a proof has covered, for the table of `make proofs`. */
export function reportProof(number: number, facts: Record<string, unknown>): void {
  process.stdout.write(`proof ${number}: ${JSON.stringify({ seed: proofSeed(), ...facts })}\n`);
}
