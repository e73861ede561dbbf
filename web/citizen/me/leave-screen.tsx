import { useState } from 'react';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, ScreenHeading } from '../../ui/card.tsx';
import { Tick } from '../../ui/choice.tsx';
import { useReading } from '../../words/language.tsx';
import { forgetPhone } from '../passes/later-part.tsx';
import { Refusal } from '../refusal.tsx';
import { call, withdraw } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';
import type { Outcome } from './left-screen.tsx';

/** Leaving for good: what that means, and that it is meant (D3). */
export function LeaveScreen({ onLeft }: { readonly onLeft: (outcome: Outcome) => void }) {
  const { words } = useReading();
  const [isMeant, setMeant] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const { isBusy, error, send } = useSending();
  const leave = async () => {
    const outcome = await call(withdraw, { body: { confirm: true } });
    await forgetPhone();
    onLeft(outcome);
  };
  const press = () => {
    setChecked(true);
    if (isMeant) send(leave);
  };
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.leave}</ScreenHeading>
      <p className="lead">{words.leaveLead}</p>
      <Tick
        label={words.leaveConfirm}
        value={isMeant}
        error={isChecked && !isMeant ? words.leaveMissing : undefined}
        onChange={setMeant}
      />
      <Refusal error={error} />
      <ActionBar>
        <LinkButton to={addressOf('me')}>{words.back}</LinkButton>
        <Button kind="grave" isBusy={isBusy} onPress={press}>
          {words.leaveNow}
        </Button>
      </ActionBar>
    </div>
  );
}
