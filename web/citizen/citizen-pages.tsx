import { useEffect, useState, useSyncExternalStore } from 'react';
import type { SessionReply } from '../../api/accounts/sessions.ts';
import { Waiting } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { ApplyScreen } from './apply/apply-screen.tsx';
import { PendingScreen } from './apply/pending-screen.tsx';
import { WithdrawnScreen } from './apply/withdrawn-screen.tsx';
import { CodeScreen } from './code/code-screen.tsx';
import { type Followed, type Following, followMyCode } from './code/follow-my-code.ts';
import { Failed } from './failed.tsx';
import { ContactScreen } from './me/contact-screen.tsx';
import { DeclarationScreen } from './me/declaration-screen.tsx';
import { LeaveScreen } from './me/leave-screen.tsx';
import { MeScreen } from './me/me-screen.tsx';
import { RecordsScreen } from './records/records-screen.tsx';
import { TabBar } from './tab-bar.tsx';
import { usePage } from './use-page.ts';

interface Props {
  readonly session: SessionReply;
  /** Asks again who is signed in. */
  readonly onSessionChanged: () => void;
}

/** The pages of somebody who is signed in; which they are, the status of the code decides. */
export function CitizenPages({ session, onSessionChanged }: Props) {
  const { words } = useReading();
  const [following] = useState(followMyCode);
  const followed = useSyncExternalStore(following.subscribe, following.get);
  const { reply, isSignedOut, isLost } = followed;
  useEffect(() => {
    if (isSignedOut) onSessionChanged();
  }, [isSignedOut, onSessionChanged]);
  if (!reply) {
    if (isLost) return <Failed why={words.offline} onRetry={following.refresh} />;
    return <Waiting label={words.loading} />;
  }
  return <Pages {...{ session, onSessionChanged, following, followed }} />;
}

interface PagesProps extends Props {
  readonly following: Following;
  readonly followed: Followed;
}

function Pages({ session, onSessionChanged, following, followed }: PagesProps) {
  const page = usePage();
  const status = followed.reply!.status;
  const { refresh } = following;
  const applying = page.startsWith('apply');
  if (status === 'none' || (applying && status !== 'active')) {
    return <ApplyScreen {...{ session, refresh }} />;
  }
  if (page === 'leave') return <LeaveScreen {...{ refresh }} />;
  if (status === 'withdrawn') return <WithdrawnScreen {...{ onSessionChanged }} />;
  if (status === 'active' && page === 'declaration') return <DeclarationScreen {...{ refresh }} />;
  if (status === 'active' && page === 'contact') return <ContactScreen {...{ refresh }} />;
  return (
    <>
      {page === 'me' && <MeScreen {...{ followed, session, onSessionChanged }} />}
      {page === 'records' && <RecordsScreen />}
      {page !== 'me' && page !== 'records' && status === 'active' && (
        <CodeScreen {...{ followed, refresh }} />
      )}
      {page !== 'me' && page !== 'records' && status === 'pending' && <PendingScreen {...{ followed }} />}
      <TabBar page={page} hasRecords={status === 'active'} />
    </>
  );
}
