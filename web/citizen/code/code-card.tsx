import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { QrCode } from '../../ui/qr.tsx';
import { useReading } from '../../words/language.tsx';
import { LaterPart } from '../passes/later-part.tsx';
import { useIsBound } from '../phone/bound-flag.ts';
import { type Followed, readClocks } from './follow-my-code.ts';
import { elapsedMs, issuedAndEnds, serviceTime } from './freshness.ts';

type Colour = NonNullable<MyCodeReply['colour']>;

const SIGNS = { green: 'check', yellow: 'warning', red: 'stop' } as const satisfies Record<Colour, string>;

interface Props {
  readonly followed: Followed;
  /** Whether what is known is what holds now. */
  readonly current: boolean;
  /** Whether it is the code of whoever is signed in: a bound phone shows it by itself, and nobody else's. */
  readonly isOwn: boolean;
  readonly refresh: () => void;
}

/** What is held up: the colour as a surface, a word, a sign and a pattern, so that none of them alone must be seen. */
export function CodeCard({ followed, current, isOwn, refresh }: Props) {
  const { words } = useReading();
  const { holder, colour = 'green' } = followed.reply!;
  const isHeld = useIsBound() && isOwn && holder !== undefined;
  if (isHeld && !current) return <LaterPart part="held" holder={holder} />;
  const isRenewing = current && followed.failures > 0;
  return (
    <section
      className={`code-card ${current ? colour : 'unknown'} ${isRenewing ? 'renewing' : ''}`}
      aria-labelledby="colour"
    >
      <div className="code-band">
        {current ? <Now {...{ followed, colour }} /> : <Past {...{ followed, colour }} />}
      </div>
      <div className="code-body">
        <Picture {...{ followed, current, isHeld, refresh }} />
        {holder && (
          <dl className="holder">
            <dt className="spoken">{words.holder}</dt>
            <dd className="holder-name">{holder.name}</dd>
            <dt className="spoken">{words.document}</dt>
            <dd className="holder-document">{holder.document}</dd>
          </dl>
        )}
      </div>
      <p className="code-foot">
        <span className="pulse" aria-hidden="true" />
        {foot()}
      </p>
    </section>
  );

  function foot(): string {
    if (isRenewing) return words.renewing(...issuedAndEnds(followed.reply!));
    if (current) return words.live;
    return followed.isBusy ? words.busy : words.lost;
  }
}

function Now({ followed, colour }: { readonly followed: Followed; readonly colour: Colour }) {
  const { words } = useReading();
  const { reply, receivedAt } = followed;
  const time = serviceTime(reply!.asOf, elapsedMs(receivedAt!, readClocks()));
  const weekday = words.weekdays.split(' ')[new Date(time.slice(0, 10)).getUTCDay()];
  return (
    <>
      <div className="code-title">
        <Icon name={SIGNS[colour]} />
        <h1 id="colour">{words.colours[colour]}</h1>
      </div>
      <p className="code-lead">{words.colourLeads[colour]}</p>
      <p className="clock">
        <span className="clock-day">
          {words.day(time, time.slice(0, 4))} {weekday}
        </span>
        <time className="clock-time" dateTime={time}>
          {time.slice(11, 19)}
        </time>
      </p>
    </>
  );
}

/** A colour of before is told as one of before, and never shown. */
function Past({ followed, colour }: { readonly followed: Followed; readonly colour: Colour }) {
  const { words } = useReading();
  const { asOf } = followed.reply!;
  return (
    <>
      <div className="code-title">
        <Icon name={followed.isBusy ? 'hourglass' : 'cloud'} />
        <h1 id="colour">{words.notCurrent}</h1>
      </div>
      <p className="code-lead">{words.notCurrentLead(asOf.slice(11, 16), words.colours[colour])}</p>
      <p className="clock">
        <span className="clock-day">{words.asOf(words.day(asOf, asOf.slice(0, 4)))}</span>
        <span className="clock-time">{asOf.slice(11, 16)}</span>
      </p>
    </>
  );
}

interface PictureProps extends Omit<Props, 'isOwn'> {
  readonly isHeld: boolean;
}

/** What a door reads: of a bound phone always the pass that it holds, with a network and without. */
function Picture({ followed, current, isHeld, refresh }: PictureProps) {
  const { words } = useReading();
  const { reply, receivedAt, arrivedAt } = followed;
  const { holder, code, asOf, notices } = reply!;
  if (isHeld && holder && receivedAt && arrivedAt)
    return (
      <LaterPart
        part="pass"
        holder={holder}
        seen={code && { asOf, text: code.text, sent: receivedAt, received: arrivedAt }}
        notices={notices}
      />
    );
  if (current && code) return <QrCode text={code.text} label={words.qrLabel} />;
  return <NoQr isBusy={followed.isBusy ?? false} refresh={refresh} />;
}

function NoQr({ isBusy, refresh }: { readonly isBusy: boolean; readonly refresh: () => void }) {
  const { words } = useReading();
  if (isBusy)
    return (
      <div className="no-qr">
        <span className="spinner" aria-hidden="true" />
        <p>{words.qrBusy}</p>
      </div>
    );
  return (
    <div className="no-qr">
      <p>{words.qrHidden}</p>
      <Button onPress={refresh}>{words.refreshNow}</Button>
    </div>
  );
}
