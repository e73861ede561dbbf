import { type ReactNode, useState } from 'react';
import { CallError } from '../../../api/call.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, Message } from '../../ui/card.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useReading } from '../../words/language.tsx';
import { type PhoneWords, usePhoneWords } from '../../words/phone/phone-words.ts';
import { bindThisPhone, KeepsNothingError } from '../phone/bind-this-phone.ts';
import type { Holder } from '../phone/phone-store.ts';
import { explain } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';
import { asksForSignIn, signInFor, useOnceSignedIn } from './fresh-sign-in.ts';
import { guessName } from './guess-name.ts';

/** The address of the page on which a phone is bound. */
const PHONES_PAGE = 'phones';

interface Props {
  readonly holder: Holder;
  readonly onBound: () => void;
  /** What stands below it. */
  readonly children: ReactNode;
}

/** Binding this phone: why, a name, one button. A sign-in that is asked for in between leads back here and goes on. */
export function BindForm({ holder, onBound, children }: Props) {
  const words = usePhoneWords();
  const { words: common } = useReading();
  const [name, setName] = useState(() => guessName(navigator.userAgent, words));
  const [isChecked, setChecked] = useState(false);
  const { isBusy, error, send } = useSending();
  const isNamed = name.trim() !== '';
  const bind = async () => {
    try {
      await bindThisPhone(name.trim(), holder);
    } catch (thrown) {
      if (!asksForSignIn(thrown)) throw thrown;
      return signInFor(PHONES_PAGE);
    }
    onBound();
  };
  const press = () => {
    setChecked(true);
    if (isNamed) send(bind);
  };
  useOnceSignedIn(PHONES_PAGE, press);
  return (
    <>
      <ul className="points">
        {words.points.map((point) => (
          <li key={point}>
            <Icon name="check" />
            <span>{point}</span>
          </li>
        ))}
      </ul>
      <TextField
        label={words.nameLabel}
        hint={words.nameHint}
        value={name}
        maxLength={40}
        error={isChecked && !isNamed ? words.nameMissing : undefined}
        onChange={setName}
      />
      {error !== undefined && (
        <Message kind="fault">{reasonOf(error, words) ?? explain(error, common)}</Message>
      )}
      {children}
      <ActionBar>
        <LinkButton to={addressOf('me')}>{common.back}</LinkButton>
        <Button kind="main" isBusy={isBusy} onPress={press}>
          {words.bind}
        </Button>
      </ActionBar>
    </>
  );
}

function reasonOf(error: unknown, words: PhoneWords): string | undefined {
  if (error instanceof KeepsNothingError) return words.keepsNothing;
  return error instanceof CallError && error.code === 'conflict' ? words.full : undefined;
}
