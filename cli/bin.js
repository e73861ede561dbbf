#!/usr/bin/env node
// The one JavaScript file: it teaches Node to read the TypeScript beside it, then starts the program.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
const { guardOutput } = await import('./terminal/terminal.ts');
guardOutput();
process.exitCode = await main(process.argv.slice(2));
