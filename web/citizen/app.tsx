import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { SessionReply } from '../../api/accounts/sessions.ts';
import { Button } from '../ui/button.tsx';
import { ScreenHeading, Waiting } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { CitizenPages } from './citizen-pages.tsx';
import { BusyScreen, Failed, useTryAgain } from './failed.tsx';
import { LeftScreen, type Outcome } from './me/left-screen.tsx';
import { LaterPart } from './passes/later-part.tsx';
import type { WhyHeld } from './passes/offline-screen.tsx';
import { isBound as isBoundNow, useIsBound } from './phone/bound-flag.ts';
import { Refusal } from './refusal.tsx';
import { call, describeSession, explain, isBusy, signOut } from './service.ts';
import { Shell } from './shell.tsx';
import { SignInOutcomeMessage } from './sign-in-outcome.tsx';
import { SignInScreen } from './sign-in-screen.tsx';
import { goTo } from './use-page.ts';
import { useSending } from './use-sending.ts';

/** The pages of citizens: who is signed in decides what there is to see. */
export function App() {
  const { words } = useReading();
  const [session, setSession] = useState<SessionReply>();
  const [left, setLeft] = useState<Outcome>();
  const [error, setError] = useState<unknown>();
  const ask = useCallback(async () => {
    // A phone that shows its pass meanwhile goes on showing it.
    if (!isBoundNow()) setError((before: unknown) => (isBusy(before) ? before : undefined));
    try {
      setSession(await call(describeSession, {}));
      setError(undefined);
    } catch (thrown) {
      setError(thrown);
    }
  }, []);
  const askAgain = useCallback(() => void ask(), [ask]);
  useEffect(askAgain, [askAgain]);
  const isTrying = useTryAgain(error, askAgain);
  const isBound = useIsBound();
  const isSlow = useIsSlow();
  return <Shell isDemo={session?.demo ?? false}>{content()}</Shell>;

  function content(): ReactNode {
    if (left) return <LeftScreen outcome={left} onDone={finish} />;
    const isAway = error !== undefined || (!session && isSlow);
    if (isBound && (isAway || session?.kind === 'none')) return unattended();
    if (isTrying) return <BusyScreen />;
    if (error !== undefined) return <Failed why={explain(error, words)} onRetry={askAgain} />;
    if (!session) return <Waiting label={words.loading} />;
    if (session.kind === 'none') return <SignInScreen />;
    if (session.kind === 'staff') return <StaffHere onSignedOut={askAgain} />;
    return <CitizenPages session={session} onSessionChanged={askAgain} onLeft={setLeft} />;
  }

  /** A bound phone shows its pass where nobody can say, or knows, who is signed in. */
  function unattended(): ReactNode {
    return (
      <>
        <SignInOutcomeMessage />
        <LaterPart part="offline" why={whyUnattended()} onRetry={askAgain} />
      </>
    );
  }

  function whyUnattended(): WhyHeld {
    if (isTrying) return 'busy';
    return session?.kind === 'none' ? 'signed-out' : 'away';
  }

  function finish(): void {
    setLeft(undefined);
    goTo('');
    askAgain();
  }
}

/** A network that takes longer than this counts as none, until it answers. */
const SLOW_MS = 2_500;

function useIsSlow(): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSlow;
}

function StaffHere({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const { words } = useReading();
  const { isBusy, error, send } = useSending();
  const leave = async () => {
    await call(signOut, { body: { everywhere: false } });
    onSignedOut();
  };
  return (
    <div className="stack">
      <ScreenHeading>{words.staffHere}</ScreenHeading>
      <p>{words.staffHereLead}</p>
      <Refusal error={error} />
      <Button kind="main" isBusy={isBusy} onPress={() => send(leave)}>
        {words.signOut}
      </Button>
    </div>
  );
}
