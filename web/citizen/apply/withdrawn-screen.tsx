import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, Message, ScreenHeading } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { call, signOut } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

/** After leaving. */
export function WithdrawnScreen({ onSessionChanged }: { readonly onSessionChanged: () => void }) {
  const { words } = useReading();
  const { isBusy, fault, send } = useSending();
  const leave = async () => {
    await call(signOut, { body: { everywhere: false } });
    onSessionChanged();
  };
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.withdrawnHeading}</ScreenHeading>
      <p className="lead">{words.withdrawnLead}</p>
      {fault && <Message kind="fault">{fault}</Message>}
      <ActionBar>
        <Button isBusy={isBusy} onPress={() => send(leave)}>
          {words.signOut}
        </Button>
        <LinkButton kind="main" to={addressOf('apply')}>
          {words.applyAgain}
        </LinkButton>
      </ActionBar>
    </div>
  );
}
