import type { SignInOutcome } from '../../api/accounts/sessions.ts';
import { Message } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';

/** What became of signing in, where it is not as it should be; the address says it. */
export function SignInOutcomeMessage() {
  const { words } = useReading();
  const outcome = new URLSearchParams(location.search).get('signin');
  if (outcome === null || !Object.keys(words.signInOutcomes).includes(outcome)) return null;
  // The list was just asked whether it has it.
  return <Message kind="fault">{words.signInOutcomes[outcome as SignInOutcome]}</Message>;
}
