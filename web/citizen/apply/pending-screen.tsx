import { LinkButton } from '../../ui/button.tsx';
import { ScreenHeading } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import type { Followed } from '../code/follow-my-code.ts';
import { addressOf } from '../use-page.ts';

/** A counter must see the document first: what to show there. */
export function PendingScreen({ followed }: { readonly followed: Followed }) {
  const { words } = useReading();
  const { reference } = followed.reply!;
  return (
    <div className="stack">
      <ScreenHeading>{words.pendingHeading}</ScreenHeading>
      <p className="lead">{words.pendingLead}</p>
      {reference && (
        <div className="reference">
          <p>{words.pendingReference}</p>
          <p className="reference-text">{reference}</p>
        </div>
      )}
      <ol className="numbered">
        {words.pendingSteps.map((each) => (
          <li key={each}>
            <span>{each}</span>
          </li>
        ))}
      </ol>
      <LinkButton to={addressOf('apply')}>{words.pendingCorrect}</LinkButton>
    </div>
  );
}
