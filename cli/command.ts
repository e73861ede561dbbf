/** Exit codes of every command (contract.md): done, the input has faults, wrong usage. */
export const EXIT = { done: 0, faults: 1, usage: 2 } as const;

/** One command of `healthcode`. A new one is added to the table in `main.ts` and to nothing else. */
export interface Command {
  /** One or two words: `assess`, `areas import`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** The arguments that make the command read this file, so that the table of hostile inputs can drive it; none when it reads no file. */
  readonly reading?: (file: string) => readonly string[];
  /** The other ways in which the command reads a file, each driven as well. */
  readonly alsoReading?: readonly ((file: string) => readonly string[])[];
  /** The arguments that make the command write this file, so that a full disk and the like can be tried; none when it writes no file. */
  readonly writing?: (file: string) => readonly string[];
  /** Runs with the arguments after the name; returns an exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The caller used the command wrongly; told on stderr, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
