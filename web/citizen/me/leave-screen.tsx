import { useState } from 'react';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, Card, Message, ScreenHeading } from '../../ui/card.tsx';
import { Tick } from '../../ui/choice.tsx';
import { useReading } from '../../words/language.tsx';
import { call, withdraw } from '../service.ts';
import { addressOf, goTo } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

type Outcome = Awaited<ReturnType<typeof leave>>;

/** Leaving for good: what that means first, then what it has done (D3). */
export function LeaveScreen({ refresh }: { readonly refresh: () => void }) {
  const [outcome, setOutcome] = useState<Outcome>();
  return outcome ? <Left {...{ outcome, refresh }} /> : <Confirm onLeft={setOutcome} />;
}

function leave() {
  return call(withdraw, { body: { confirm: true } });
}

function Confirm({ onLeft }: { readonly onLeft: (outcome: Outcome) => void }) {
  const { words } = useReading();
  const [isMeant, setMeant] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const { isBusy, fault, send } = useSending();
  const press = () => {
    setChecked(true);
    if (isMeant) send(async () => onLeft(await leave()));
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
      {fault && <Message kind="fault">{fault}</Message>}
      <ActionBar>
        <LinkButton to={addressOf('me')}>{words.back}</LinkButton>
        <Button kind="grave" isBusy={isBusy} onPress={press}>
          {words.leaveNow}
        </Button>
      </ActionBar>
    </div>
  );
}

function Left({ outcome, refresh }: { readonly outcome: Outcome; readonly refresh: () => void }) {
  const { words } = useReading();
  const finish = () => {
    goTo('');
    refresh();
  };
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.left}</ScreenHeading>
      <Message kind="done">{words.withdrawnHeading}</Message>
      <Card title={words.erased}>
        <ul className="plain-list">
          {outcome.erased.map((what) => (
            <li key={what}>{what}</li>
          ))}
        </ul>
      </Card>
      {outcome.kept.length > 0 && (
        <Card title={words.kept}>
          <ul className="plain-list">
            {outcome.kept.map(({ what, until, clause }) => (
              <li key={what}>{words.keptUntil(what, words.day(until), clause)}</li>
            ))}
          </ul>
        </Card>
      )}
      <ActionBar>
        <Button kind="main" onPress={finish}>
          {words.done}
        </Button>
      </ActionBar>
    </div>
  );
}
