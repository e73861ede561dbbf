import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { generatedLines } from '../cli/province.ts';
import type { Figure } from './figures.ts';
