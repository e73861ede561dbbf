// Teaches Node to read the TypeScript of this installation: `import` it, or `node --import` it.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Later versions of Node read it by themselves, but not below `node_modules`, where a package that somebody has installed lies.
if (!process.features.typescript || import.meta.url.includes('/node_modules/')) {
  process.setSourceMapsEnabled(true);
  module.register('./hooks.js', import.meta.url);
}
// From Node 22 on: what was compiled once is not compiled at the next start.
module.enableCompileCache?.(fileURLToPath(new URL('../../dist/compiled', import.meta.url)));
