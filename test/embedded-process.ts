// A process of its own that uses an embedded server: `test/embedded.ts` starts it with a folder. It prints the
// URL of the administrator, and leaves the server when its input ends.
import { ADMINISTRATOR } from '../server/platform/db/embedded/cluster.ts';
import { startEmbedded } from '../server/platform/db/embedded.ts';

const embedded = await startEmbedded({ folder: process.argv[2]!, fast: true });
process.stdout.write(`${embedded.url(ADMINISTRATOR, ADMINISTRATOR)}\n`);
process.stdin.resume().on('close', embedded.stop);
