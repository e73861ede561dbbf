// Loaded before a service: its clock is ahead of that of the machine by what a file says, in ms.
import { readFileSync } from 'node:fs';

const FILE = process.env.HEALTHCODE_CHAOS_CLOCK!;
const LOOK_MS = 20;

const machine = Date.now.bind(Date);
let aheadMs = 0;
const look = () => {
  aheadMs = Number(readFileSync(FILE, 'utf8')) || 0;
};
look();
setInterval(look, LOOK_MS).unref();
Date.now = () => machine() + aheadMs;
