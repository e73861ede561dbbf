import { LinkButton } from '../ui/button.tsx';
import { ActionBar } from '../ui/card.tsx';
import { Icon } from '../ui/icon.tsx';
import { useReading } from '../words/language.tsx';
import { SIGN_IN } from './service.ts';
import { SignInOutcomeMessage } from './sign-in-outcome.tsx';

/** Before anybody is known. */
export function SignInScreen() {
  const { words } = useReading();
  return (
    <div className="stack sinking">
      <div className="welcome-sheet">
        <svg className="welcome-rings" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
          <circle className="one" cx="50" cy="50" r="46" />
          <circle className="two" cx="50" cy="50" r="35" />
          <circle className="three" cx="50" cy="50" r="24" />
        </svg>
        <Icon name="emblem" />
        <h1>{words.signInHeading}</h1>
        <p className="lead">{words.signInLead}</p>
      </div>
      <SignInOutcomeMessage />
      <ul className="points">
        {words.signInPoints.map((point) => (
          <li key={point}>
            <Icon name="check" />
            <span>{point}</span>
          </li>
        ))}
      </ul>
      <ActionBar>
        <LinkButton kind="main" to={SIGN_IN}>
          {words.signIn}
        </LinkButton>
      </ActionBar>
    </div>
  );
}
