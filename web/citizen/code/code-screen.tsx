import { useEffect, useState } from 'react';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Card, Message } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { Reference } from '../apply/reference.tsx';
import { CodeCard } from './code-card.tsx';
import { type Followed, isCurrent } from './follow-my-code.ts';
import { AdvisoriesCard, GroundsCard } from './grounds.tsx';
import { NoticesCard } from './notices.tsx';
import { PlacesCard } from './places.tsx';
import { WaysCard } from './ways.tsx';

/** My code: the colour, why, what would turn it green, where I may go. */
export function CodeScreen({
  followed,
  refresh,
}: {
  readonly followed: Followed;
  readonly refresh: () => void;
}) {
  const { words, isElder } = useReading();
  useEverySecond();
  const reply = followed.reply!;
  const current = isCurrent(followed);
  const isGreen = reply.colour === 'green';
  return (
    <div className="stack code-screen">
      <Announcement reply={reply} current={current} />
      <CodeCard {...{ followed, current, refresh }} />
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
function Announcement({ reply, current }: { readonly reply: MyCodeReply; readonly current: boolean }) {
  const { words } = useReading();
  const colour = reply.colour;
  const text = current ? colour && words.turned(words.colours[colour]) : words.lostSpoken;
  return (
    <p className="spoken" role="status">
      {text}
    </p>
  );
}

/** Draws again at each full second. */
function useEverySecond(): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      setCount((count) => count + 1);
      timer = setTimeout(tick, 1_000 - (Date.now() % 1_000));
    };
    timer = setTimeout(tick, 1_000 - (Date.now() % 1_000));
    return () => clearTimeout(timer);
  }, []);
}
