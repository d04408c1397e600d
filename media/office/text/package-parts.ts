import type { Readable } from 'node:stream';
import yauzl, { type Entry } from 'yauzl';
import { attribute, readXml, type XmlHandler } from './read-xml.ts';

/** Maximum number of relationships of a part. */
const MAX_RELATIONSHIPS = 100_000;
/** Time for reading all parts, in milliseconds: less than LibreOffice gets. */
const MAX_TIME = 100_000;

/** An open archive that `checkArchive` has accepted. */
export interface PackageParts {
  has(name: string): boolean;
  names(): string[];
  /** Throws if the part is missing. */
  stream(name: string): Promise<Readable>;
  /** Reads a part as XML; does nothing if it is missing. Throws once the time for all is over. */
  read(name: string, handler: XmlHandler, afterChunk?: () => Promise<void>): Promise<void>;
  close(): void;
}

export async function openParts(file: string): Promise<PackageParts> {
  const archive = await yauzl.openPromise(file, {
    autoClose: false,
    lazyEntries: true,
    strictFileNames: false,
  });
  const entries = new Map<string, Entry>();
  for await (const entry of archive.eachEntry()) entries.set(entry.fileName, entry);
  const deadline = performance.now() + MAX_TIME;
  const stream = async (name: string) => {
    const entry = entries.get(name);
    if (!entry) throw new Error(`Expected a part named ${name}`);
    return archive.openReadStreamPromise(entry);
  };
  return {
    has: (name) => entries.has(name),
    names: () => [...entries.keys()],
    stream,
    read: async (name, handler, afterChunk) => {
      if (!entries.has(name)) return;
      await readXml(await stream(name), handler, async () => {
        if (performance.now() > deadline) throw new Error(`Expected to read it within ${MAX_TIME / 1000} s`);
        await afterChunk?.();
      });
    },
    close: () => archive.close(),
  };
}

export interface Relationship {
  /** Last segment of the type's URI: `slide`, `chart` … */
  type: string;
  /** Name of the part. */
  target: string;
}

/** Returns the relationships of a part of an OOXML package by ID; those to other files are left out. */
export async function relationshipsOf(parts: PackageParts, part: string): Promise<Map<string, Relationship>> {
  const cut = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, cut);
  const found = new Map<string, Relationship>();
  await parts.read(`${folder}_rels/${part.slice(cut)}.rels`, {
    open(name, attributes) {
      if (name !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') return;
      if (found.size >= MAX_RELATIONSHIPS)
        throw new Error(`Expected at most ${MAX_RELATIONSHIPS} relationships`);
      const target = resolved(folder, attribute(attributes, 'Target') ?? '');
      const type = attribute(attributes, 'Type')?.split('/').at(-1) ?? '';
      if (target !== undefined) found.set(attribute(attributes, 'Id') ?? '', { type, target });
    },
  });
  return found;
}

/** Returns the name of the package's main part. */
export async function mainPart(parts: PackageParts): Promise<string> {
  const relationships = await relationshipsOf(parts, '');
  const main = [...relationships.values()].find(({ type }) => type === 'officeDocument');
  if (!main) throw new Error('Expected a main part, got no relationship to it');
  return main.target;
}

/** Resolves a target such as `../media/a.png` against the folder of the part that names it. */
function resolved(folder: string, target: string): string | undefined {
  const base = new URL(folder, 'file:///').href;
  const url = URL.parse(target.replace(/\\/g, '/'), base);
  if (url?.protocol !== 'file:') return undefined;
  try {
    return decodeURIComponent(url.pathname.slice(1));
  } catch {
    return undefined;
  }
}
