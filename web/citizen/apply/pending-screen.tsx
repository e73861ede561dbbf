import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { LinkButton } from '../../ui/button.tsx';
import { ScreenHeading } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { NoticesCard } from '../code/notices.tsx';
import { addressOf } from '../use-page.ts';
import { Reference } from './reference.tsx';

/** A counter must see the document first: what to show there. */
export function PendingScreen(props: { readonly reply: MyCodeReply; readonly refresh: () => void }) {
  const { words } = useReading();
  const { reference, notices } = props.reply;
  return (
    <div className="stack">
      <ScreenHeading>{words.pendingHeading}</ScreenHeading>
      <NoticesCard notices={notices} onAnswered={props.refresh} />
      <p className="lead">{words.pendingLead}</p>
      {reference && <Reference text={reference} />}
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
