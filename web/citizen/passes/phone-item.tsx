import { useState } from 'react';
import type { Phone } from '../../../api/passes/phones.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useReading } from '../../words/language.tsx';
import { usePhoneWords } from '../../words/phone/phone-words.ts';
import { forgetThisPhone } from '../phone/forget-this-phone.ts';
import { removePhone } from '../phone/phone-service.ts';
import { Refusal } from '../refusal.tsx';
import { call } from '../service.ts';
import { useSending } from '../use-sending.ts';
import { Question } from './question.tsx';

interface Props {
  readonly phone: Phone;
  /** The present one, which goes without saying. */
  readonly year: string;
  readonly isThis: boolean;
  readonly onRemoved: () => void;
}

/** A bound phone, and how to remove it. */
export function PhoneItem({ phone, year, isThis, onRemoved }: Props) {
  const words = usePhoneWords();
  const { words: common } = useReading();
  const [isAsked, setAsked] = useState(false);
  const { isBusy, error, send } = useSending();
  const { phoneId, name, boundAt, lastFetchedAt } = phone;
  const remove = async () => {
    await call(removePhone, { params: { phoneId } });
    if (isThis) await forgetThisPhone();
    onRemoved();
  };
  return (
    <li>
      <div className="phone">
        <Icon name="phone" />
        <div>
          <p className="look">
            {name} {isThis && <span className="this-phone">{words.thisOne}</span>}
          </p>
          <p className="quiet">{words.boundOn(common.moment(boundAt, year))}</p>
          <p className="quiet">
            {lastFetchedAt ? words.fetchedOn(common.moment(lastFetchedAt, year)) : words.neverFetched}
          </p>
        </div>
        {!isAsked && (
          <Button label={words.removeNamed(name)} onPress={() => setAsked(true)}>
            {words.remove}
          </Button>
        )}
      </div>
      {isAsked && (
        <Question
          yes={words.removeYes}
          no={words.removeNo}
          isBusy={isBusy}
          onYes={() => send(remove)}
          onNo={() => setAsked(false)}
        >
          {isThis ? words.removeThisQuestion : words.removeQuestion(name)}
        </Question>
      )}
      <Refusal error={error} />
    </li>
  );
}
