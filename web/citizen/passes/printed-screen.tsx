import { useEffect, useState } from 'react';
import type { Card as PrintedCode } from '../../../api/passes/cards.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, Message, ScreenHeading, Waiting } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useReading } from '../../words/language.tsx';
import { usePhoneWords } from '../../words/phone/phone-words.ts';
import { cancelMyCard, issueMyCard, MY_CARD_SHEET, showMyCard } from '../phone/phone-service.ts';
import { Refusal } from '../refusal.tsx';
import { call } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';
import { asksForSignIn, signInFor, useOnceSignedIn } from './fresh-sign-in.ts';
import { Question } from './question.tsx';

const PAGE = 'card';

type Told = 'made' | 'cancelled';

/** The printed code (S10): made, printed, made anew, cancelled. */
export function PrintedScreen() {
  const words = usePhoneWords();
  const { words: common } = useReading();
  const [card, setCard] = useState<PrintedCode | null>();
  const [told, setTold] = useState<Told>();
  const [error, setError] = useState<unknown>();
  const { isBusy, error: refused, send } = useSending();
  useEffect(() => {
    call(showMyCard, {}).then((reply) => setCard(reply.card), setError);
  }, []);
  const make = () =>
    send(async () => {
      try {
        setCard(await call(issueMyCard, { body: {} }));
        setTold('made');
      } catch (thrown) {
        if (!asksForSignIn(thrown)) throw thrown;
        signInFor(PAGE);
      }
    });
  const cancel = () =>
    send(async () => {
      await call(cancelMyCard, {});
      setCard(null);
      setTold('cancelled');
    });
  useOnceSignedIn(PAGE, make);
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.cardHeading}</ScreenHeading>
      <p className="lead">{words.cardLead}</p>
      {told && <Message kind="done">{told === 'made' ? words.cardMade : words.cardCancelled}</Message>}
      {card ? <Printed {...{ card, isBusy, make, cancel }} /> : <Points />}
      <Refusal error={error ?? refused} />
      {card === undefined && error === undefined && <Waiting label={common.loading} />}
      <ActionBar>
        <LinkButton to={addressOf('me')}>{common.back}</LinkButton>
        {card && (
          <LinkButton kind="main" to={MY_CARD_SHEET}>
            {words.cardPrint}
          </LinkButton>
        )}
        {card === null && (
          <Button kind="main" isBusy={isBusy} onPress={make}>
            {words.cardMake}
          </Button>
        )}
      </ActionBar>
    </div>
  );
}

function Points() {
  const words = usePhoneWords();
  return (
    <ul className="points">
      {words.cardPoints.map((point) => (
        <li key={point}>
          <Icon name="check" />
          <span>{point}</span>
        </li>
      ))}
    </ul>
  );
}

interface PrintedProps {
  readonly card: PrintedCode;
  readonly isBusy: boolean;
  readonly make: () => void;
  readonly cancel: () => void;
}

function Printed({ card, isBusy, make, cancel }: PrintedProps) {
  const words = usePhoneWords();
  const { words: common } = useReading();
  const [asked, setAsked] = useState<'replace' | 'cancel'>();
  const close = () => setAsked(undefined);
  const doThen = (work: () => void) => () => {
    close();
    work();
  };
  const rows = [
    [words.cardName, card.name],
    [words.cardBirthYear, String(card.birthYear)],
    [words.cardIssued, common.moment(card.issuedAt)],
    [words.cardExpires, common.moment(card.expiresAt)],
  ] as const;
  return (
    <section className="card summary" aria-label={words.cardHeading}>
      <dl className="printed">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {asked === undefined && (
        <div className="pair">
          <Button isBusy={isBusy} onPress={() => setAsked('replace')}>
            {words.cardReplace}
          </Button>
          <Button kind="grave" isBusy={isBusy} onPress={() => setAsked('cancel')}>
            {words.cardCancel}
          </Button>
        </div>
      )}
      {asked === 'replace' && (
        <Question
          {...{ isBusy }}
          yes={words.cardReplaceYes}
          no={words.cardKeep}
          onYes={doThen(make)}
          onNo={close}
        >
          {words.cardReplaceQuestion}
        </Question>
      )}
      {asked === 'cancel' && (
        <Question
          {...{ isBusy }}
          yes={words.cardCancelYes}
          no={words.cardKeep}
          onYes={doThen(cancel)}
          onNo={close}
        >
          {words.cardCancelQuestion}
        </Question>
      )}
    </section>
  );
}
