import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';
import { useReading } from '../words/language.tsx';

/** What surrounds every screen: the name, the language, large type. */
export function Shell({ isDemo, children }: { readonly isDemo: boolean; readonly children: ReactNode }) {
  const { words, isElder, changeLanguage, changeElder } = useReading();
  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        {words.skip}
      </button>
      <header>
        <div className="top">
          <Icon name="emblem" />
          <span className="top-title">{words.title}</span>
          <button type="button" className="top-button" aria-pressed={isElder} onClick={changeElder}>
            {isElder ? words.elderOff : words.elder}
          </button>
          <button
            type="button"
            className="top-button"
            lang={words.otherLanguageLang}
            onClick={changeLanguage}
          >
            {words.otherLanguage}
          </button>
        </div>
        {isDemo && <p className="demo-mark">{words.demo}</p>}
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
