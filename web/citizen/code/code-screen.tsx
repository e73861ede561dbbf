import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Card, Message } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { Reference } from '../apply/reference.tsx';
import { useEverySecond } from '../use-every-second.ts';
import { CodeCard } from './code-card.tsx';
import { type Followed, isCurrent } from './follow-my-code.ts';
import { AdvisoriesCard, GroundsCard } from './grounds.tsx';
import { NoticesCard } from './notices.tsx';
import { PlacesCard } from './places.tsx';
import { WaysCard } from './ways.tsx';

/** My code: the colour, why, what would turn it green, where I may go. */
export function CodeScreen({
  followed,
  isOwn = true,
  refresh,
}: {
  readonly followed: Followed;
  /** Whether it is the code of whoever is signed in, or of somebody for whom they answer. */
  readonly isOwn?: boolean;
  readonly refresh: () => void;
}) {
  const { words, isElder } = useReading();
  useEverySecond();
  const reply = followed.reply!;
  const current = isCurrent(followed);
  const isGreen = reply.colour === 'green';
  return (
    <div className="stack code-screen">
      <Announcement {...{ reply, current }} isBusy={followed.isBusy ?? false} />
      <CodeCard {...{ followed, current, isOwn, refresh }} />
      {current && reply.degraded && <Message kind="note">{words.degraded}</Message>}
      {reply.reference && (
        <Card title={words.counterHeading}>
          <p>{words.counterLead}</p>
          <Reference text={reply.reference} />
        </Card>
      )}
      <NoticesCard notices={reply.notices} onAnswered={refresh} />
      {current && (
        <>
          <AdvisoriesCard advisories={reply.advisories} />
          <GroundsCard reply={reply} />
          {!isGreen && <WaysCard ways={reply.ways} asOf={reply.asOf} />}
          {!(isElder && isGreen) && <PlacesCard places={reply.places} />}
        </>
      )}
    </div>
  );
}

/** Says what has changed to whoever listens instead of looking. */
function Announcement({
  reply: { colour },
  current,
  isBusy,
}: {
  readonly reply: MyCodeReply;
  readonly current: boolean;
  readonly isBusy: boolean;
}) {
  const { words } = useReading();
  const before = isBusy ? words.busySpoken : words.lostSpoken;
  const text = current ? colour && words.turned(words.colours[colour]) : before;
  return (
    <p className="spoken" role="status">
      {text}
    </p>
  );
}
