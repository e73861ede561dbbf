import { useState, useSyncExternalStore } from 'react';
import { LinkButton } from '../../ui/button.tsx';
import { ActionBar, Waiting } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { CodeScreen } from '../code/code-screen.tsx';
import { followWard } from '../code/follow-my-code.ts';
import { BusyScreen, Failed } from '../failed.tsx';
import { addressOf } from '../use-page.ts';

/** The code of somebody without a document, shown by whoever answers for them (S9). */
export function WardScreen({ personId }: { readonly personId: string }) {
  const { words } = useReading();
  const [following] = useState(() => followWard(personId));
  const followed = useSyncExternalStore(following.subscribe, following.get);
  const { refresh } = following;
  if (!followed.reply) {
    if (followed.isBusy) return <BusyScreen />;
    if (followed.failures > 1) return <Failed why={words.offline} onRetry={refresh} />;
    return <Waiting label={words.loading} />;
  }
  return (
    <>
      <CodeScreen {...{ followed, refresh }} isOwn={false} />
      <ActionBar>
        <LinkButton to={addressOf('wards')}>{words.back}</LinkButton>
      </ActionBar>
    </>
  );
}
