import { test } from 'node:test';
import { compare } from './compare.ts';
import { ours } from './ours.ts';

test('two independent readings of colour.md agree on made-up worlds, with faults and without', () =>
  compare(ours, 1_500, 2021));
