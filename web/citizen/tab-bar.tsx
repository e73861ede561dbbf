import { Icon } from '../ui/icon.tsx';
import { useReading } from '../words/language.tsx';
import { addressOf } from './use-page.ts';

/** The rooms of the app, at the bottom, where a thumb reaches. Large type has fewer. */
export function TabBar({ page, hasRecords }: { readonly page: string; readonly hasRecords: boolean }) {
  const { words, isElder } = useReading();
  const tabs = [
    ['', 'code', words.tabs.code],
    ...(hasRecords && !isElder ? [['records', 'records', words.tabs.records] as const] : []),
    ['me', 'person', words.tabs.me],
  ] as const;
  return (
    <nav className="tab-bar" aria-label={words.title}>
      {tabs.map(([to, icon, label]) => (
        <a key={to} href={addressOf(to)} aria-current={page === to ? 'page' : undefined}>
          <Icon name={icon} />
          <span>{label}</span>
        </a>
      ))}
    </nav>
  );
}
