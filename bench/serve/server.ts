// A process of the benchmark `serve`: the service, in so many processes that share a port. It tells its parent the port.
import { type Installation, openInstallation, type Site } from '../../server/installation.ts';
import { createLog } from '../../server/platform/log/log.ts';
import { startService } from '../../server/start-service.ts';
import { HOST, serveTogether } from './serve-together.ts';

/** What is served. */
export interface Served {
  readonly processes: number;
  readonly site: Site;
  /** Where the signer listens. */
  readonly socket: string;
}

const { processes, site, socket } = JSON.parse(process.argv[2]!) as Served;

await serveTogether(import.meta.url, processes, async (port) => {
  const installation: Installation = await openInstallation(site, Date.now());
  const log = createLog({ clock: Date.now, write: (line) => console.error(line), onPersonalData: 'throw' });
  const usual = { host: HOST, port, turnsCodes: false, version: '0.0.0' };
  const config = { ...usual, limits: { running: 1_024 }, signer: { socket } };
  await startService(installation, config, Date.now, log);
});
