import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { SessionReply } from '../../api/accounts/sessions.ts';
import { Button } from '../ui/button.tsx';
import { ScreenHeading, Waiting } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { CitizenPages } from './citizen-pages.tsx';
import { Failed } from './failed.tsx';
import { LeftScreen, type Outcome } from './me/left-screen.tsx';
import { Refusal } from './refusal.tsx';
import { call, describeSession, explain, signOut } from './service.ts';
import { Shell } from './shell.tsx';
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
    try {
      setError(undefined);
      setSession(await call(describeSession, {}));
    } catch (thrown) {
      setError(thrown);
    }
  }, []);
  const askAgain = useCallback(() => void ask(), [ask]);
  useEffect(askAgain, [askAgain]);
  return <Shell isDemo={session?.demo ?? false}>{content()}</Shell>;

  function content(): ReactNode {
    if (left) return <LeftScreen outcome={left} onDone={finish} />;
    if (error !== undefined) return <Failed why={explain(error, words)} onRetry={askAgain} />;
    if (!session) return <Waiting label={words.loading} />;
    if (session.kind === 'none') return <SignInScreen />;
    if (session.kind === 'staff') return <StaffHere onSignedOut={askAgain} />;
    return <CitizenPages session={session} onSessionChanged={askAgain} onLeft={setLeft} />;
  }

  function finish(): void {
    setLeft(undefined);
    goTo('');
    askAgain();
  }
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
