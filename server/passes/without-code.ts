import { Problem } from '../platform/http/problem.ts';

/** What is said to an account that shows no code, and so bears no pass of its own: a `conflict`. */
export function withoutCode(): Problem {
  return new Problem('conflict', 'This account shows no code.');
}
