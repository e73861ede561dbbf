import { useEffect, useState } from 'react';
import type { WardReply } from '../../../api/applications/wards.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, ScreenHeading, Waiting } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { Reference } from '../apply/reference.tsx';
import { Refusal } from '../refusal.tsx';
import { askForWard, call, listWards } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

/** Those without a document for whom somebody shows the code, such as a child (S3, S9). */
export function WardsScreen() {
  const { words } = useReading();
  const [asked, setAsked] = useState<{ readonly reference: string; readonly expiresAt: string }>();
  const { isBusy, error, send } = useSending();
  const ask = async () => setAsked(await call(askForWard, { body: {} }));
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.wards}</ScreenHeading>
      <p className="lead">{words.wardsLead}</p>
      <Wards />
      {asked && <Reference text={asked.reference} note={words.wardsUntil(words.moment(asked.expiresAt))} />}
      <Refusal error={error} />
      <ActionBar>
        <LinkButton to={addressOf('me')}>{words.back}</LinkButton>
        <Button kind="main" isBusy={isBusy} onPress={() => send(ask)}>
          {words.wardsAsk}
        </Button>
      </ActionBar>
    </div>
  );
}

function Wards() {
  const { words } = useReading();
  const [wards, setWards] = useState<readonly WardReply[]>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    call(listWards, {}).then((reply) => setWards(reply.wards), setError);
  }, []);
  if (error !== undefined) return <Refusal error={error} />;
  if (!wards) return <Waiting label={words.loading} />;
  if (wards.length === 0) return <p className="quiet">{words.wardsNone}</p>;
  return (
    <ul className="menu">
      {wards.map(({ personId, name, document }) => (
        <li key={personId}>
          <a href={addressOf(`ward/${personId}`)}>
            <span className="look">{name}</span>
            <span className="quiet">{document}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
