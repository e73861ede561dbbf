import { useCallback, useEffect, useState } from 'react';
import type { Phone } from '../../../api/passes/phones.ts';
import { LinkButton } from '../../ui/button.tsx';
import { ActionBar, Card, Message, ScreenHeading, Waiting } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { usePhoneWords } from '../../words/phone/phone-words.ts';
import { isBound } from '../phone/bound-flag.ts';
import { forgetThisPhone } from '../phone/forget-this-phone.ts';
import { listPhones } from '../phone/phone-service.ts';
import { type Holder, readPhone } from '../phone/phone-store.ts';
import { call } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { BindForm } from './bind-form.tsx';
import { PhoneItem } from './phone-item.tsx';

interface Listed {
  readonly phones: readonly Phone[];
  readonly asOf: string;
  /** Which of them is this one. */
  readonly thisId: string | undefined;
}

/** The phones that show the code by themselves, this one among them or yet to be bound. */
export function PhonesScreen({ holder }: { readonly holder: Holder }) {
  const words = usePhoneWords();
  const { words: common } = useReading();
  const [listed, setListed] = useState<Listed>();
  const [error, setError] = useState<unknown>();
  const [isRemoved, setRemoved] = useState(false);
  const ask = useCallback(() => {
    setError(undefined);
    readList().then(setListed, setError);
  }, []);
  useEffect(ask, [ask]);
  const removed = () => {
    setRemoved(true);
    ask();
  };
  const isHere = listed?.phones.some(({ phoneId }) => phoneId === listed.thisId) ?? false;
  const list = listed && listed.phones.length > 0 && <PhoneList {...{ listed }} onRemoved={removed} />;
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.heading}</ScreenHeading>
      <p className="lead">{words.lead}</p>
      {isRemoved && <Message kind="done">{words.removed}</Message>}
      {isHere && <Message kind="done">{words.boundHere}</Message>}
      {error !== undefined && <Message kind="fault">{words.listAway}</Message>}
      {isHere && list}
      {listed && !isHere ? (
        <BindForm holder={holder} onBound={ask}>
          {list}
        </BindForm>
      ) : (
        <>
          {!listed && error === undefined && <Waiting label={common.loading} />}
          <ActionBar>
            <LinkButton to={addressOf('me')}>{common.back}</LinkButton>
            <LinkButton kind="main" to={addressOf('')}>
              {common.tabs.code}
            </LinkButton>
          </ActionBar>
        </>
      )}
    </div>
  );
}

function PhoneList({ listed, onRemoved }: { readonly listed: Listed; readonly onRemoved: () => void }) {
  const words = usePhoneWords();
  const { phones, asOf, thisId } = listed;
  const year = asOf.slice(0, 4);
  return (
    <Card title={words.listHeading}>
      <ul className="phones">
        {phones.map((phone) => (
          <PhoneItem key={phone.phoneId} {...{ phone, year, onRemoved }} isThis={phone.phoneId === thisId} />
        ))}
      </ul>
      <p className="quiet">{words.listLead}</p>
    </Card>
  );
}

/** A phone that is bound no more, or to somebody else's code, forgets what it holds. */
async function readList(): Promise<Listed> {
  const [{ phones, asOf }, kept] = await Promise.all([
    call(listPhones, {}),
    readPhone().catch(() => undefined),
  ]);
  const isListed = phones.some(({ phoneId }) => phoneId === kept?.phoneId);
  if (!isListed && (kept || isBound())) await forgetThisPhone();
  return { phones, asOf, thisId: isListed ? kept?.phoneId : undefined };
}
