import { findRunning } from '../../../server/platform/db/embedded/server-process.ts';
import { ownServer } from '../own-server.ts';
import type { WhenOver } from '../site.ts';

/** Does something on a PostgreSQL of its own, of which it gets the process; that is gone afterwards with everything that was begun. */
export async function onOwnDatabase<T>(
  work: (url: string, whenOver: WhenOver, pid: number) => Promise<T>,
): Promise<T> {
  const server = await ownServer();
  const ends: (() => Promise<void>)[] = [server.remove];
  try {
    await server.start();
    return await work(server.url, (end) => ends.unshift(end), findRunning(server.cluster)!.pid);
  } finally {
    for (const end of ends) await end();
  }
}
