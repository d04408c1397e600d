import { dirname, resolve } from 'node:path';
import {
  type ClassDeclaration,
  type ImportDeclaration,
  type Node,
  type StringLiteral,
  SyntaxKind,
  type VariableStatement,
} from 'typescript/unstable/ast';
import { isTypeNode } from 'typescript/unstable/ast/is';
import { API, type Project, SymbolFlags, type Symbol as TsSymbol } from 'typescript/unstable/sync';
import { actionsOf } from './aws-actions.ts';

/** Functions of SDK packages that make requests without a command. */
const OTHER_CALLERS = new Set(['createPresignedPost']);
const AWS_SDK = /\/node_modules\/(@aws-sdk\/(?:client-[^/]+|lib-[^/]+|s3-presigned-post))\//;
const OURS = /\/(?:base|media|contract|core|lambdas|tasks)\//;
const DEFERRED = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
]);
const NO_CODE = new Set([
  SyntaxKind.ImportDeclaration,
  SyntaxKind.ExportDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
]);

/** Code that runs as a unit: a function, a method, a class's fields, or a module's top level. */
interface Region {
  key: string;
  nodes: readonly Node[];
}

/**
 * Determines which AWS actions each entry point can call, by following every reference from it
 * through our own sources.
 */
export class CallGraph {
  private readonly api = new API({ cwd: process.cwd() });
  private readonly project: Project;
  private readonly known = new Map<string, { next: Region[]; actions: string[] }>();

  constructor() {
    const config = resolve('tsconfig.json');
    const project = this.api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (!project) throw new Error(`Expected TypeScript to open ${config}`);
    this.project = project;
  }

  close(): void {
    this.api.close();
  }

  /**
   * Returns every action that code reachable from a file's top level can call. References count as
   * calls, so the result may be too large, never too small.
   */
  actionsFrom(entry: string): Set<string> {
    const actions = new Set<string>();
    const seen = new Set<string>();
    const queue = [this.moduleRegion(resolve(entry))];
    for (let region = queue.pop(); region; region = queue.pop()) {
      if (seen.has(region.key)) continue;
      seen.add(region.key);
      const found = this.look(region);
      for (const action of found.actions) actions.add(action);
      queue.push(...found.next);
    }
    return actions;
  }

  private look(region: Region): { next: Region[]; actions: string[] } {
    const known = this.known.get(region.key);
    if (known) return known;
    const next: Region[] = [];
    const actions: string[] = [];
    const names = region.nodes.flatMap(namesIn);
    const symbols = names.length > 0 ? this.project.checker.getSymbolAtLocation(names) : [];
    for (const [i, name] of names.entries()) {
      const symbol = this.target(name, symbols[i]);
      for (const declaration of symbol?.declarations ?? []) {
        const sdk = AWS_SDK.exec(declaration.path)?.[1];
        if (sdk && symbol && isRequest(name)) actions.push(...actionsOf(sdk, symbol.name, textOf(region)));
        if (!OURS.test(declaration.path) || declaration.path.includes('/node_modules/')) continue;
        const node = declaration.resolve();
        const reached = node && regionOf(node);
        if (reached) next.push(reached, this.moduleRegion(reached.file));
      }
    }
    const result = { next: [...next, ...this.importsOf(region)], actions };
    this.known.set(region.key, result);
    return result;
  }

  /** Resolves a name, through imports and `{ shorthand }`. */
  private target(name: Node, symbol: TsSymbol | undefined): TsSymbol | undefined {
    const { checker } = this.project;
    const shorthand = name.parent.kind === SyntaxKind.ShorthandPropertyAssignment;
    const found = shorthand ? checker.getShorthandAssignmentValueSymbol(name.parent) : symbol;
    return found && (found.flags & SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(found) : found;
  }

  private moduleRegion(file: string): Region {
    const source = this.project.program.getSourceFile(file);
    if (!source) throw new Error(`Expected ${file} in the project`);
    return { key: source.fileName, nodes: source.statements.filter((statement) => !isDeferred(statement)) };
  }

  /** Returns the imported modules, whose top level runs on import. */
  private importsOf({ nodes }: Region): Region[] {
    return nodes.flatMap((node) => {
      if (node.kind !== SyntaxKind.ImportDeclaration && node.kind !== SyntaxKind.ExportDeclaration) return [];
      const { moduleSpecifier } = node as ImportDeclaration;
      const path = moduleSpecifier && (moduleSpecifier as StringLiteral).text;
      if (!path?.startsWith('.')) return [];
      return [this.moduleRegion(resolve(dirname(node.getSourceFile().fileName), path))];
    });
  }
}

const textOf = ({ nodes }: Region) => nodes.map((node) => node.getText()).join('\n');

/**
 * Returns the code that runs when a declaration is used; undefined if it is part of the enclosing
 * region, or there is none.
 */
function regionOf(node: Node): (Region & { file: string }) | undefined {
  const file = node.getSourceFile().fileName;
  const region = (nodes: readonly Node[]) => ({ key: `${file}:${node.pos}`, nodes, file });
  switch (node.kind) {
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.MethodDeclaration:
    case SyntaxKind.GetAccessor:
      return region([node]);
    case SyntaxKind.ClassDeclaration:
      return region(
        (node as ClassDeclaration).members.filter(
          ({ kind }) => kind === SyntaxKind.Constructor || kind === SyntaxKind.PropertyDeclaration,
        ),
      );
    case SyntaxKind.VariableDeclaration:
      return node.parent.parent.parent.kind === SyntaxKind.SourceFile ? region([node]) : undefined;
    default:
      return undefined;
  }
}

/** Returns true for a module's statements that do nothing on their own. */
function isDeferred(statement: Node): boolean {
  if (DEFERRED.has(statement.kind)) return true;
  if (statement.kind !== SyntaxKind.VariableStatement) return false;
  const { declarations } = (statement as VariableStatement).declarationList;
  return declarations.every(({ initializer }) => initializer?.kind === SyntaxKind.ArrowFunction);
}

/**
 * Returns the names used in running code: not in types, and not where they are declared or
 * imported.
 */
function namesIn(node: Node): Node[] {
  if (NO_CODE.has(node.kind) || isTypeNode(node)) return [];
  if (node.kind === SyntaxKind.Identifier) return [node];
  const names: Node[] = [];
  node.forEachChild((child) => {
    names.push(...namesIn(child));
  });
  return names;
}

/**
 * Returns true for `new SomeCommand(…)`, `new Upload(…)`, or a call of one of the functions that
 * make requests.
 */
function isRequest(name: Node): boolean {
  if (name.parent.kind === SyntaxKind.NewExpression) return !/Client$/.test(name.getText());
  return name.parent.kind === SyntaxKind.CallExpression && OTHER_CALLERS.has(name.getText());
}
