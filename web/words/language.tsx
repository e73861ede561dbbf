import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en } from './en.ts';
import type { Words } from './words.ts';
import { zh } from './zh.ts';

type Language = 'zh' | 'en';

const WORDS: Readonly<Record<Language, Words>> = { zh, en };

/** How somebody wants to read. */
export interface Reading {
  readonly language: Language;
  readonly words: Words;
  /** Large type and fewer things. */
  readonly isElder: boolean;
  readonly changeLanguage: () => void;
  readonly changeElder: () => void;
}

const ReadingContext = createContext<Reading | undefined>(undefined);

/** Gives everything inside the words of the chosen language; what is chosen is remembered on the device. */
export function Reader({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [isElder, setElder] = useState(() => recall('elder') === 'yes');
  useEffect(() => {
    const { documentElement } = document;
    documentElement.lang = WORDS[language].lang;
    documentElement.classList.toggle('elder', isElder);
    document.title = WORDS[language].title;
  }, [language, isElder]);
  const reading = useMemo<Reading>(
    () => ({
      language,
      words: WORDS[language],
      isElder,
      changeLanguage: () => {
        const other = language === 'zh' ? 'en' : 'zh';
        remember('language', other);
        setLanguage(other);
      },
      changeElder: () => {
        remember('elder', isElder ? 'no' : 'yes');
        setElder(!isElder);
      },
    }),
    [language, isElder],
  );
  return <ReadingContext.Provider value={reading}>{children}</ReadingContext.Provider>;
}

/** How whoever sees this wants to read. */
export function useReading(): Reading {
  const reading = useContext(ReadingContext);
  if (!reading) throw new Error('this stands outside of a Reader');
  return reading;
}

function firstLanguage(): Language {
  const chosen = recall('language');
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return /^zh\b/i.test(navigator.language) ? 'zh' : 'en';
}

/** A browser may refuse to remember; then the choice holds until the page is left. */
function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {}
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
