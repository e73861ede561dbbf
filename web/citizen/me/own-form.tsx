import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, Message, ScreenHeading } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import type { Faults } from '../apply/draft.ts';
import { Refusal } from '../refusal.tsx';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

interface Props {
  readonly title: string;
  /** What stands on the button. */
  readonly action: string;
  readonly kind?: 'main' | 'grave';
  readonly check: () => Faults;
  readonly save: () => Promise<void>;
  readonly done: string;
  readonly children: (faults: Faults) => ReactNode;
}

/** A form about oneself: it is checked, sent, and says that it is done. */
export function OwnForm({ title, action, kind = 'main', check, save, done, children }: Props) {
  const { words } = useReading();
  const [isChecked, setChecked] = useState(false);
  const [isDone, setDone] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const sending = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(check()).length > 0) {
      // What is wrong is marked once this has been drawn.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    sending.send(async () => {
      await save();
      setDone(true);
    });
  };
  return (
    <form className="stack sinking" ref={form} noValidate onSubmit={submit}>
      <ScreenHeading>{title}</ScreenHeading>
      {isDone ? <Message kind="done">{done}</Message> : children(isChecked ? check() : {})}
      <Refusal error={sending.error} />
      <ActionBar>
        <LinkButton to={addressOf('me')} kind={isDone ? 'main' : 'plain'}>
          {isDone ? words.done : words.back}
        </LinkButton>
        {!isDone && (
          <Button kind={kind} sends isBusy={sending.isBusy}>
            {action}
          </Button>
        )}
      </ActionBar>
    </form>
  );
}
