/** What a terminal would obey or be misled by: control characters, separators of lines, bidi controls, half surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu;

/**
 * Text from an input, made safe to echo on a terminal or into a log: it stays on its line, moves no
 * cursor and turns no direction. Each unprintable character becomes its escape, such as `\u001b`.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Lets the program outlive its reader: when nobody reads any more (`| head`), what is left goes
 * nowhere. Output that cannot be written for any other reason must not look whole: exit 1.
 */
export function guardOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`healthcode: the output cannot be written: ${printable(error.message)}\n`);
    process.exit(1);
  });
}
