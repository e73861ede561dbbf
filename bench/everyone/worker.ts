// A worker of the benchmark `reassess`: a process that looks at shares until none is left, and tells its parent.
import { createInterface } from 'node:readline';
import { indexAreas } from '../../domain/places/area-index.ts';
import { LANES } from '../../server/codes/everyone/help-with-everyone.ts';
import { reassessShares, type Sharing } from '../../server/codes/everyone/reassess-shares.ts';
import { openInstallation, type Site } from '../../server/installation.ts';
import { listedCounties } from './made-up.ts';

/** What a worker needs: where, at which instant, and how many connections. */
export interface Work {
  readonly site: Site;
  readonly at: number;
}

/** What a worker has done. */
export interface Worked {
  readonly people: number;
  readonly appended: number;
  readonly milliseconds: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const { site, at } = JSON.parse(process.argv[2]!) as Work;
const installation = await openInstallation(site, at);
const lines = createInterface({ input: process.stdin });
console.log('ready');
for await (const _ of lines) {
  await installation.refresh();
  const { rules } = installation.rules.at(Date.now());
  const areas = indexAreas(listedCounties(at), at, rules.parameters);
  let people = 0;
  let appended = 0;
  const sharing: Sharing = {
    database: installation.store.app,
    keys: installation.keys,
    decision: () => ({ ...installation.decision(at), areas }),
    clock: () => at,
    onLooked: (looked, changed) => {
      people += looked;
      appended += changed;
    },
  };
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const lane = async () => {
    while (await reassessShares(sharing));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const milliseconds = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  const peakMiB = process.resourceUsage().maxRSS / 1_024;
  console.log(JSON.stringify({ people, appended, milliseconds, cpuMs: (user + system) / 1e3, peakMiB }));
}
await installation.stop();
