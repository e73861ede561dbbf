import { CallError } from '../../api/call.ts';
import { LinkButton } from '../ui/button.tsx';
import { Message } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { explain, SIGN_IN_AGAIN } from './service.ts';

/** Why something was not done; where it needs a sign-in that is fresh, the way to one. */
export function Refusal({ error }: { readonly error: unknown }) {
  const { words } = useReading();
  if (error === undefined) return null;
  const needsSignIn = error instanceof CallError && error.status === 401;
  if (!needsSignIn) return <Message kind="fault">{explain(error, words)}</Message>;
  return (
    <>
      <Message kind="fault">{words.freshSignIn}</Message>
      <LinkButton to={SIGN_IN_AGAIN}>{words.signInAgain}</LinkButton>
    </>
  );
}
