/** With `--import`, makes a Node process tell its peak memory on stderr when it ends. */
export const PEAK_TELLER =
  'data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))';

/** The peak memory that a process told, in MiB. */
export function peakMiB(stderr: string): number {
  return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1_024;
}
