import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { SessionReply } from '../../api/accounts/sessions.ts';
import { Button } from '../ui/button.tsx';
import { Message, ScreenHeading, Waiting } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { CitizenPages } from './citizen-pages.tsx';
import { Failed } from './failed.tsx';
import { call, describeSession, explain, signOut } from './service.ts';
import { Shell } from './shell.tsx';
import { SignInScreen } from './sign-in-screen.tsx';
import { useSending } from './use-sending.ts';

/** The pages of citizens: who is signed in decides what there is to see. */
export function App() {
  const { words } = useReading();
  const [session, setSession] = useState<SessionReply>();
  const [error, setError] = useState<unknown>();
  const ask = useCallback(async () => {
    try {
      setError(undefined);
      setSession(await call(describeSession, {}));
    } catch (thrown) {
      setError(thrown);
    }
  }, []);
  useEffect(() => void ask(), [ask]);
  return <Shell isDemo={session?.demo ?? false}>{content()}</Shell>;

  function content(): ReactNode {
    if (error !== undefined) return <Failed why={explain(error, words)} onRetry={() => void ask()} />;
    if (!session) return <Waiting label={words.loading} />;
    if (session.kind === 'none') return <SignInScreen />;
    if (session.kind === 'staff') return <StaffHere onSignedOut={() => void ask()} />;
    return <CitizenPages session={session} onSessionChanged={() => void ask()} />;
  }
}

function StaffHere({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const { words } = useReading();
  const { isBusy, fault, send } = useSending();
  const leave = async () => {
    await call(signOut, { body: { everywhere: false } });
    onSignedOut();
  };
  return (
    <div className="stack">
      <ScreenHeading>{words.staffHere}</ScreenHeading>
      <p>{words.staffHereLead}</p>
      {fault && <Message kind="fault">{fault}</Message>}
      <Button kind="main" isBusy={isBusy} onPress={() => send(leave)}>
        {words.signOut}
      </Button>
    </div>
  );
}
