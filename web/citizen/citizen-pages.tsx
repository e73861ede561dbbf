import { useEffect, useState, useSyncExternalStore } from 'react';
import type { SessionReply } from '../../api/accounts/sessions.ts';
import type { MyCodeReply } from '../../api/codes/my-code.ts';
import { Waiting } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { PendingScreen } from './apply/pending-screen.tsx';
import { WithdrawnScreen } from './apply/withdrawn-screen.tsx';
import { CodeScreen } from './code/code-screen.tsx';
import { type Followed, followMyCode } from './code/follow-my-code.ts';
import { BusyScreen, Failed } from './failed.tsx';
import { fetchedLater } from './fetched-later.tsx';
import { LeaveScreen } from './me/leave-screen.tsx';
import type { Outcome } from './me/left-screen.tsx';
import { MeScreen } from './me/me-screen.tsx';
import { WardScreen } from './me/ward-screen.tsx';
import { WardsScreen } from './me/wards-screen.tsx';
import { forgetPhone, LaterPart } from './passes/later-part.tsx';
import { useIsBound } from './phone/bound-flag.ts';
import { RecordsScreen } from './records/records-screen.tsx';
import { SignInOutcomeMessage } from './sign-in-outcome.tsx';
import { TabBar } from './tab-bar.tsx';
import { usePage } from './use-page.ts';

const LaterForm = fetchedLater(async () => (await import('./apply/forms-part.tsx')).FormPart);

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
  const { reply, isSignedOut, failures, isBusy = false } = followed;
  const { onSessionChanged } = props;
  useEffect(() => {
    if (isSignedOut) onSessionChanged();
  }, [isSignedOut, onSessionChanged]);
  const isBound = useIsBound();
  const isGivenUp = isBound && reply !== undefined && reply.status !== 'active';
  useEffect(() => {
    if (isGivenUp) void forgetPhone();
  }, [isGivenUp]);
  if (!reply) {
    if (isBound && failures > 0)
      return <LaterPart part="offline" why={isBusy ? 'busy' : 'away'} onRetry={following.refresh} />;
    if (isBusy) return <BusyScreen />;
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
      return <LaterForm form="apply" {...props} />;
    case 'withdrawn':
      return page.startsWith('apply') ? (
        <LaterForm form="apply" {...props} />
      ) : (
        <WithdrawnScreen {...props} />
      );
    case 'pending':
      if (page.startsWith('apply')) return <LaterForm form="apply" {...props} />;
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
      return <LaterForm form="declaration" {...props} />;
    case 'contact':
      return <LaterForm form="contact" {...props} />;
    case 'wards':
      return <WardsScreen />;
    case 'phones':
      return props.reply.holder ? <LaterPart part="phones" holder={props.reply.holder} /> : null;
    case 'together':
      return <LaterPart part="together" />;
    case 'card':
      return <LaterPart part="card" />;
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
