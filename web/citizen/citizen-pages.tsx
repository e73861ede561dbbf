import { useEffect, useState, useSyncExternalStore } from 'react';
import type { SessionReply } from '../../api/accounts/sessions.ts';
import type { MyCodeReply } from '../../api/codes/my-code.ts';
import { Waiting } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { ApplyScreen } from './apply/apply-screen.tsx';
import { PendingScreen } from './apply/pending-screen.tsx';
import { WithdrawnScreen } from './apply/withdrawn-screen.tsx';
import { CodeScreen } from './code/code-screen.tsx';
import { type Followed, followMyCode } from './code/follow-my-code.ts';
import { Failed } from './failed.tsx';
import { ContactScreen } from './me/contact-screen.tsx';
import { DeclarationScreen } from './me/declaration-screen.tsx';
import { LeaveScreen } from './me/leave-screen.tsx';
import type { Outcome } from './me/left-screen.tsx';
import { MeScreen } from './me/me-screen.tsx';
import { WardScreen } from './me/ward-screen.tsx';
import { WardsScreen } from './me/wards-screen.tsx';
import { RecordsScreen } from './records/records-screen.tsx';
import { SignInOutcomeMessage } from './sign-in-outcome.tsx';
import { TabBar } from './tab-bar.tsx';
import { usePage } from './use-page.ts';

interface Props {
  readonly session: SessionReply;
  /** Asks again who is signed in. */
  readonly onSessionChanged: () => void;
  /** Leaving ends the session, so what it has done is told from outside. */
  readonly onLeft: (outcome: Outcome) => void;
}

/** What every screen of somebody who is signed in gets. */
export interface ScreenProps extends Props {
  readonly followed: Followed;
  readonly reply: MyCodeReply;
  readonly refresh: () => void;
}

/** The pages of somebody who is signed in; which they are, the status of the code decides. */
export function CitizenPages(props: Props) {
  const { words } = useReading();
  const [following] = useState(followMyCode);
  const followed = useSyncExternalStore(following.subscribe, following.get);
  const { reply, isSignedOut, failures } = followed;
  const { onSessionChanged } = props;
  useEffect(() => {
    if (isSignedOut) onSessionChanged();
  }, [isSignedOut, onSessionChanged]);
  if (!reply) {
    // The first try may come just when the account changes.
    if (failures > 1) return <Failed why={words.offline} onRetry={following.refresh} />;
    return <Waiting label={words.loading} />;
  }
  return (
    <>
      <SignInOutcomeMessage />
      <Pages {...{ ...props, followed, reply }} refresh={following.refresh} />
    </>
  );
}

function Pages(props: ScreenProps) {
  const page = usePage();
  const { status } = props.reply;
  switch (status) {
    case 'active':
      return <ActivePages {...props} page={page} />;
    case 'none':
      return <ApplyScreen {...props} />;
    case 'withdrawn':
      return page.startsWith('apply') ? <ApplyScreen {...props} /> : <WithdrawnScreen {...props} />;
    case 'pending':
      if (page.startsWith('apply')) return <ApplyScreen {...props} />;
      return (
        <>
          {page === 'me' ? <MeScreen {...props} /> : <PendingScreen {...props} />}
          <TabBar page={page} hasRecords={false} />
        </>
      );
  }
}

const WARD = 'ward/';

function ActivePages(props: ScreenProps & { readonly page: string }) {
  if (props.page.startsWith(WARD)) {
    const personId = props.page.slice(WARD.length);
    return <WardScreen key={personId} personId={personId} />;
  }
  switch (props.page) {
    case 'leave':
      return <LeaveScreen {...props} />;
    case 'declaration':
      return <DeclarationScreen {...props} />;
    case 'contact':
      return <ContactScreen {...props} />;
    case 'wards':
      return <WardsScreen />;
  }
  return (
    <>
      <Room {...props} />
      <TabBar page={props.page} hasRecords />
    </>
  );
}

function Room(props: ScreenProps & { readonly page: string }) {
  switch (props.page) {
    case 'me':
      return <MeScreen {...props} />;
    case 'records':
      return <RecordsScreen />;
    default:
      return <CodeScreen {...props} />;
  }
}
