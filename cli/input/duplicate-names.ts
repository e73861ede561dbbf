/** An object or a list that is open while a text is scanned. */
interface Open {
  /** The names so far; a list has none. */
  readonly names: Set<string> | undefined;
  /** Where in it the scan is: the name, or the place in the list. */
  step: string | number;
}

/**
 * The path of the first name that an object of a JSON text gives twice; undefined when there is none.
 *
 * `JSON.parse` keeps the last of them without a word and other readers keep the first, so a text with
 * such a name could be read in two ways, which the rules of the province must not be (S1). The text
 * must be JSON; the scan needs no stack however deeply it is nested.
 */
export function duplicateName(text: string): string | undefined {
  const open: Open[] = [];
  for (let i = 0; i < text.length; i++) {
    const innermost = open.at(-1);
    switch (text[i]) {
      case '{':
        open.push({ names: new Set(), step: '' });
        break;
      case '[':
        open.push({ names: undefined, step: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (typeof innermost?.step === 'number') innermost.step++;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (innermost?.names && isName(text, end)) {
          innermost.step = JSON.parse(text.slice(i, end)) as string;
          if (innermost.names.has(innermost.step)) return pathOf(open);
          innermost.names.add(innermost.step);
        }
        i = end - 1;
      }
    }
  }
  return undefined;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** Whether a colon follows: only the name of a field has one. */
function isName(text: string, end: number): boolean {
  let i = end;
  while (' \t\r\n'.includes(text[i] ?? '.')) i++;
  return text[i] === ':';
}

/** As in `grounds[3].when.days`. */
function pathOf(open: readonly Open[]): string {
  return open
    .map(({ step }, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join('');
}
