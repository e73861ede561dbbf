import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, ScreenHeading } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { NoticesCard } from '../code/notices.tsx';
import { Refusal } from '../refusal.tsx';
import { call, signOut } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

interface Props {
  readonly reply: MyCodeReply;
  readonly refresh: () => void;
  readonly onSessionChanged: () => void;
}

/** After leaving. */
export function WithdrawnScreen({ reply, refresh, onSessionChanged }: Props) {
  const { words } = useReading();
  const { isBusy, error, send } = useSending();
  const leave = async () => {
    await call(signOut, { body: { everywhere: false } });
    onSessionChanged();
  };
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.withdrawnHeading}</ScreenHeading>
      <NoticesCard notices={reply.notices} onAnswered={refresh} />
      <p className="lead">{words.withdrawnLead}</p>
      <Refusal error={error} />
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
