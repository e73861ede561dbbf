import { useState, useSyncExternalStore } from 'react';
import { LinkButton } from '../../ui/button.tsx';
import { ActionBar, Waiting } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { CodeScreen } from '../code/code-screen.tsx';
import { followWard } from '../code/follow-my-code.ts';
import { Failed } from '../failed.tsx';
import { addressOf } from '../use-page.ts';

/** The code of somebody for whom whoever is signed in answers, such as a child (S9). */
export function WardScreen({ personId }: { readonly personId: string }) {
  const { words } = useReading();
  const [following] = useState(() => followWard(personId));
  const followed = useSyncExternalStore(following.subscribe, following.get);
  const { reply, failures } = followed;
  return (
    <>
      {reply && <CodeScreen followed={followed} refresh={following.refresh} />}
      {!reply && failures > 1 && <Failed why={words.offline} onRetry={following.refresh} />}
      {!reply && failures <= 1 && <Waiting label={words.loading} />}
      <ActionBar>
        <LinkButton to={addressOf('wards')}>{words.back}</LinkButton>
      </ActionBar>
    </>
  );
}
