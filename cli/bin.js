#!/usr/bin/env node
// It teaches Node to read the TypeScript beside it, then starts the program.
import './typescript/register.js';

const { main } = await import('./main.ts');
const { guardOutput } = await import('./terminal/terminal.ts');
guardOutput();
process.exitCode = await main(process.argv.slice(2));
