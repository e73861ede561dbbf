import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const HOST = '127.0.0.1';

/**
 * Runs the module once more in so many processes that share a port, where `listen` makes a server of each, and tells the parent of
 * the first one the port. They end with it.
 */
export async function serveTogether(
  module: string,
  processes: number,
  listen: (port: number) => Promise<unknown>,
): Promise<void> {
  process.on('disconnect', () => process.exit());
  if (!cluster.isPrimary) return void (await listen(Number(process.env.PORT)));
  const port = await freePort();
  cluster.setupPrimary({ exec: fileURLToPath(module), args: [process.argv[2]!] });
  for (let i = 0; i < processes; i++) {
    const worker = cluster.fork({ PORT: String(port) });
    await once(worker, 'listening');
  }
  process.send!({ port });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
