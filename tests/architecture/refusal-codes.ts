import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { filesBelow } from './rooms.js';

/** Every code that the sources can refuse with, its subject in front; `unreadable` are calls whose code is not written out. */
export type RefusalCodes = { readonly codes: ReadonlySet<string>; readonly unreadable: readonly string[] };

type Source = {
  readonly path: string;
  readonly category: string | undefined;
  readonly imports: readonly string[];
  readonly reasons: readonly string[];
  readonly unreadable: readonly string[];
};

const literalsIn = (node: ts.Expression): string[] | undefined => {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return literalsIn(node.expression);
  if (!ts.isConditionalExpression(node)) return undefined;
  const [yes, no] = [literalsIn(node.whenTrue), literalsIn(node.whenFalse)];
  return yes && no ? [...yes, ...no] : undefined;
};

const read = (root: string, path: string): Source => {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.ES2022, true);
  const [imports, reasons, unreadable]: [string[], string[], string[]] = [[], [], []];
  let category: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      imports.push(node.moduleSpecifier.text);
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'category' && ts.isStringLiteral(node.initializer))
      category = node.initializer.text;
    const makes = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText() : '';
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const code = node.arguments?.[1];
      if ((makes === 'refusal' || makes === 'Refusal') && code) {
        const found = literalsIn(code);
        const place = `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
        if (found) reasons.push(...found);
        else unreadable.push(`${place}: ${code.getText()}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, category, imports, reasons, unreadable };
};

/** Collects from libs and apps what is thrown with `refusal(kind, code)`; a rule's subject is that of its deciders. */
export const refusalCodes = (root: string): RefusalCodes => {
  const sources = ['libs', 'apps']
    .flatMap((folder) => filesBelow(root, folder))
    .filter(
      (path) =>
        path.endsWith('.ts') && !/\.spec\.ts$|^libs\/(kernel\/refusal\.ts$|contracts\/)|^apps\/web\//.test(path),
    )
    .map((path) => read(root, path));
  const subjectsOf = (source: Source): string[] =>
    source.category !== undefined
      ? [source.category]
      : sources
          .filter(({ path, imports }) =>
            imports.some((name) => resolve(dirname(path), name) === resolve(source.path.replace(/\.ts$/, '.js'))),
          )
          .flatMap(({ category }) => category ?? []);
  const codes = new Set<string>();
  const unreadable = sources.flatMap((source) => source.unreadable);
  for (const source of sources) {
    for (const reason of source.reasons) {
      const subjects = reason.includes('.') ? [''] : subjectsOf(source).map((subject) => `${subject}.`);
      if (subjects.length === 0) unreadable.push(`${source.path}: "${reason}" has no subject`);
      for (const subject of subjects) codes.add(subject + reason);
    }
  }
  return { codes, unreadable };
};
