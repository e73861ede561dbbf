/** A piece of a statement: a word in lower case, a quoted name, a value, an operator, or what stands in parentheses. */
export type Node =
  | { readonly kind: 'word' | 'name' | 'value' | 'sign'; readonly text: string }
  | { readonly kind: 'group'; readonly nodes: readonly Node[] };

const TOKEN =
  /\s+|--[^\n]*|(?<word>[a-z_][\w]*)|"(?<name>[^"]+)"|(?<value>'(?:[^']|'')*'|\d+(?:\.\d+)?|\{\}|\$\d+)|(?<cast>::\s*[a-z_]\w*(?:\[\])?)|(?<sign>~<=~|~>=~|->>|->|@>|<=|>=|<>|\|\||[()[\],.;=<>+\-*/&~%?:!#|])/giy;

/**
 * Takes a statement apart. Comments and casts are left out: neither says where rows lie.
 *
 * Throws at the first thing that is none of these, and when parentheses do not fit.
 */
export function nodesOf(text: string): readonly Node[] {
  const open: Node[][] = [[]];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`cannot be read from: ${text.slice(at, at + 20)}`);
    const { word, name, value, sign } = match.groups!;
    const nodes = open.at(-1)!;
    if (word !== undefined) nodes.push({ kind: 'word', text: word.toLowerCase() });
    else if (name !== undefined) nodes.push({ kind: 'name', text: name });
    else if (value !== undefined) nodes.push({ kind: 'value', text: value });
    else if (sign === '(') open.push([]);
    else if (sign === ')') {
      open.pop();
      open.at(-1)?.push({ kind: 'group', nodes });
    } else if (sign !== undefined) nodes.push({ kind: 'sign', text: sign });
    if (open.length === 0) break;
  }
  if (open.length !== 1) throw new Error('has parentheses that do not fit');
  return open[0]!;
}

/** Whether a node is one of these words, not one of these names in quotes. */
export function isWord(node: Node | undefined, ...words: readonly string[]): boolean {
  return node?.kind === 'word' && words.includes(node.text);
}

export function isSign(node: Node | undefined, sign: string): boolean {
  return node?.kind === 'sign' && node.text === sign;
}

/** The parts between commas, or between other nodes that separate. */
export function splitAt(nodes: readonly Node[], isSeparator: (node: Node) => boolean): readonly Node[][] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isSeparator(node)) parts.push([]);
    else parts.at(-1)!.push(node);
  }
  return parts;
}

export const isComma = (node: Node): boolean => isSign(node, ',');
