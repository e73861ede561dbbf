import { useEffect } from 'react';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useReading } from '../../words/language.tsx';
import { usePhoneWords } from '../../words/phone/phone-words.ts';
import { Busy } from '../failed.tsx';
import { inChina } from '../now.ts';
import type { Holder } from '../phone/phone-store.ts';
import { heldUntil } from '../phone/show-pass.ts';
import { phoneClock } from '../phone/this-phone.ts';
import { useThisPhone } from '../phone/use-this-phone.ts';
import { SIGN_IN } from '../service.ts';
import { useEverySecond } from '../use-every-second.ts';
import { PhonePass, serviceNow } from './phone-pass.tsx';

/** The service is not reached, was reached and has too much to do, or knows nobody. */
export type WhyHeld = 'away' | 'busy' | 'signed-out';

interface Props {
  readonly why: WhyHeld;
  readonly onRetry: () => void;
}

/** The pass of a bound phone where the service is away or nobody is signed in: alive, and without a colour. */
export function OfflineScreen({ why, onRetry }: Props) {
  const words = usePhoneWords();
  const { words: common } = useReading();
  // Whoever was told when to come again does so by themselves.
  useTriesAgain(why === 'busy' ? undefined : onRetry);
  return (
    <div className="stack sinking">
      <HeldCard />
      {why === 'busy' && <Busy />}
      <p className="quiet">{why === 'signed-out' ? words.signedOutWhy : words.offlineWhy}</p>
      {why !== 'busy' && (
        <ActionBar>
          {why === 'signed-out' ? (
            <LinkButton kind="main" to={SIGN_IN}>
              {common.signIn}
            </LinkButton>
          ) : (
            <Button onPress={onRetry}>{words.retry}</Button>
          )}
        </ActionBar>
      )}
    </div>
  );
}

/** What is held up where no colour is known: `holder` is whoever is signed in, if somebody is. */
export function HeldCard({ holder }: { readonly holder?: Holder }) {
  const words = usePhoneWords();
  const { words: common } = useReading();
  useEverySecond();
  const { phone } = useThisPhone();
  const time = serviceNow();
  const until = phone && heldUntil(phone, phoneClock.now());
  return (
    <section className="code-card held" aria-labelledby="colour">
      <div className="code-band">
        <div className="code-title">
          <Icon name="phone" />
          <h1 id="colour">{words.offlineHeading}</h1>
        </div>
        <p className="code-lead">{words.offlineLead}</p>
        <p className="clock">
          <span className="clock-day">{common.day(time, time.slice(0, 4))}</span>
          <time className="clock-time" dateTime={time}>
            {time.slice(11, 19)}
          </time>
        </p>
      </div>
      <div className="code-body">
        <PhonePass {...(holder && { holder })} />
        {phone && <p className="holder-name">{phone.holder.name}</p>}
      </div>
      {until !== undefined && (
        <p className="code-foot">{words.heldUntil(common.moment(inChina(until), time.slice(0, 4)))}</p>
      )}
    </section>
  );
}

const EVERY_MS = 15_000;

/** Asks for the service again when the browser says that there is a network, and now and then. */
function useTriesAgain(onRetry: (() => void) | undefined): void {
  useEffect(() => {
    if (!onRetry) return;
    const timer = setInterval(onRetry, EVERY_MS);
    window.addEventListener('online', onRetry);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', onRetry);
    };
  }, [onRetry]);
}
