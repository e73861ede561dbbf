import { readText } from '../../../credential/read.ts';
import { verify } from '../../../gate/verify.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { CardParts } from './card-parts.ts';
import type { Sheet } from './sheet/draw-sheet.ts';

/**
 * The sheet of a card by its text, for a counter. The text holds all that is printed, so nothing is looked up, and nobody's
 * sheet is found by trying; what the service has not signed itself is not printed.
 *
 * @throws {Problem} `invalid` for what is no card that counts
 */
export function sheetOfText({ trustKeys, clock }: CardParts, text: string): Sheet {
  const opened = readText(text, trustKeys(), clock(), verify);
  if (opened.kind === 'opened' && opened.pass.form === 'paper') return { ...opened.pass, text };
  const errors = [{ in: 'body' as const, path: '/text', message: 'is no card that counts now' }];
  throw new Problem('invalid', 'The body breaks a rule.', { errors });
}
