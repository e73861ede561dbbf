import { Card, Message } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { Reference } from '../apply/reference.tsx';
import { useIsBound } from '../phone/bound-flag.ts';
import { useEverySecond } from '../use-every-second.ts';
import { CodeCard } from './code-card.tsx';
import { type Followed, isCurrent } from './follow-my-code.ts';
import { issuedAndEnds } from './freshness.ts';
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
  const isBound = useIsBound() && isOwn;
  // A bound phone has a pass of its own, and shows no colour without the service (decision 0029).
  const current = isCurrent(followed) && !(isBound && followed.failures > 0);
  const isGreen = reply.colour === 'green';
  return (
    <div className="stack code-screen">
      <Announcement {...{ followed, current }} />
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
function Announcement({ followed, current }: { readonly followed: Followed; readonly current: boolean }) {
  const { words } = useReading();
  return (
    <p className="spoken" role="status">
      {text()}
    </p>
  );

  function text(): string | undefined {
    const { reply, failures, isBusy } = followed;
    if (!current) return isBusy ? words.busySpoken : words.lostSpoken;
    if (failures > 0) return words.renewing(...issuedAndEnds(reply!));
    return reply!.colour && words.turned(words.colours[reply!.colour]);
  }
}
