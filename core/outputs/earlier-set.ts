import { isDeepStrictEqual } from 'node:util';
import { withoutExtension } from '../../base/file-name.ts';
import type { OutputName } from '../../media/kinds/outputs.ts';
import type { EarlierOutput, EarlierOutputs, Recipe } from '../../media/output.ts';
import type { Manifest, ManifestEntry } from './manifest.ts';
import type { Published } from './manifest-outputs.ts';
import { canonical, type MadeBy, madeBy } from './recipe-hash.ts';

interface Entry extends EarlierOutput {
  entry: ManifestEntry;
  hash: string;
  made: MadeBy;
}

export interface EarlierSetOptions {
  manifest: Manifest;
  /** Common prefix of the keys of the outputs. */
  prefix: string;
  /**
   * Names, with or without extension, of those that are made again, and no others. Absent: what is
   * stale.
   */
  only?: readonly string[] | undefined;
  /** Whether the output bucket has the key. */
  isThere(key: string): boolean;
  read(entry: ManifestEntry, file: string): Promise<void>;
}

/**
 * Outputs of a manifest, some of which a job makes again. One is taken over as the object version
 * that it is: nothing is copied, and readers of the earlier manifest see no difference.
 */
export class EarlierSet implements EarlierOutputs {
  readonly degraded: readonly string[];
  private readonly options: EarlierSetOptions;
  private readonly entries: readonly Entry[];
  private readonly askedBefore: ReadonlySet<string>;
  private readonly takenOver = new Map<string, Entry>();
  /** Keys of those that a recipe was asked about. */
  private readonly considered = new Set<string>();

  constructor(options: EarlierSetOptions) {
    const { manifest, prefix } = options;
    this.options = options;
    this.degraded = manifest.degraded;
    this.askedBefore = new Set(Object.values(manifest.recipes).map(canonical));
    this.entries = manifest.outputs.flatMap(({ recipeHash: hash, ...entry }) => {
      const made = hash === undefined ? undefined : manifest.recipes[hash];
      if (!hash || !made) return [];
      return [{ name: entry.key.slice(prefix.length) as OutputName, facts: entry, entry, hash, made }];
    });
  }

  takeOver(
    recipes: readonly Recipe[],
    isMeant: (name: OutputName) => boolean,
  ): readonly EarlierOutput[] | undefined {
    const names = new Set(recipes.map(({ name }) => name));
    const found = this.entries.filter(({ name, made }) => names.has(made.recipe) && isMeant(name));
    for (const { entry } of found) this.considered.add(entry.key);
    if (!found.every(({ entry }) => this.options.isThere(entry.key))) return undefined;
    if (!(this.options.only ? this.isLeft(found, isMeant) : this.isCurrent(found, recipes))) return undefined;
    for (const one of found) this.takenOver.set(one.entry.key, one);
    return found;
  }

  async read(name: OutputName, file: string): Promise<void> {
    const found = this.entries.find((entry) => entry.name === name);
    if (!found) throw new Error(`Expected ${name} to have been made before`);
    await this.options.read(found.entry, file);
  }

  /**
   * Returns what has been taken over, and, where outputs are made again by name, what nothing asked
   * about: another profile may not have it. `tools`, `made`: versions and keys of what is made now.
   */
  published(tools: Record<string, string>, made: ReadonlySet<string>): Published[] {
    const { manifest, only } = this.options;
    const left = only ? this.entries.filter(({ entry }) => !this.considered.has(entry.key)) : [];
    const kept = [...this.takenOver.values(), ...left].filter(({ entry }) => !made.has(entry.key));
    return kept.map(({ entry, hash, made }) => {
      const { tools: earlier = manifest.tools, ...bare } = made;
      return {
        entry,
        by: { hash, made: isDeepStrictEqual(earlier, tools) ? bare : { ...bare, tools: earlier } },
      };
    });
  }

  /** Returns what of this has been asked for by now: where outputs are made again by name, nothing new. */
  asked(planned: readonly Recipe[]): readonly Recipe[] {
    if (!this.options.only) return planned;
    return planned.filter((recipe) => this.askedBefore.has(canonical(madeBy(recipe))));
  }

  /** Whether exactly these recipes made what was found; what gave nothing then would give nothing now. */
  private isCurrent(found: readonly Entry[], recipes: readonly Recipe[]): boolean {
    const wanted = new Set(recipes.map((recipe) => canonical(madeBy(recipe))));
    return (
      [...wanted].every((one) => this.askedBefore.has(one)) &&
      found.every(({ made }) => wanted.has(canonical(made)))
    );
  }

  /** Whether none is among those that are made again. */
  private isLeft(found: readonly Entry[], isMeant: (name: OutputName) => boolean): boolean {
    const { only = [] } = this.options;
    return !only.some(
      (wanted) =>
        isMeant(wanted as OutputName) ||
        found.some(({ name }) => name === wanted || withoutExtension(name) === wanted),
    );
  }
}
