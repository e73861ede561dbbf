import { useReading } from '../language.tsx';
import type { Widened } from '../words.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** The words about phones and printed codes: whatever Chinese has, each language has. */
export type PhoneWords = Widened<typeof zh>;

const PHONE_WORDS = { zh, en } as const satisfies Readonly<Record<string, PhoneWords>>;

/** The words about phones and printed codes, in the language that is chosen. */
export function usePhoneWords(): PhoneWords {
  return PHONE_WORDS[useReading().language];
}
