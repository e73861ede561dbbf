import type { SessionReply } from '../../../api/accounts/sessions.ts';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Button } from '../../ui/button.tsx';
import { ScreenHeading } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useReading } from '../../words/language.tsx';
import { leavePhones } from '../passes/later-part.tsx';
import { Refusal } from '../refusal.tsx';
import { call, signOut } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

interface Props {
  readonly reply: MyCodeReply;
  readonly session: SessionReply;
  readonly onSessionChanged: () => void;
}

/** What somebody can do about themselves. */
export function MeScreen({ reply, session, onSessionChanged }: Props) {
  const { words, isElder } = useReading();
  const { isBusy, error, send } = useSending();
  const { status, holder } = reply;
  const leave = (everywhere: boolean) =>
    send(async () => {
      await leavePhones(everywhere);
      await call(signOut, { body: { everywhere } });
      onSessionChanged();
    });
  return (
    <div className="stack">
      <ScreenHeading>{words.meHeading}</ScreenHeading>
      <div className="me">
        <Icon name="person" />
        <p className="verified-name">{holder?.name ?? session.name}</p>
        <p className="quiet">{holder?.document}</p>
      </div>
      {status === 'active' && (
        <ul className="menu">
          <li>
            <a href={addressOf('declaration')}>{words.declareAgain}</a>
          </li>
          <li>
            <a href={addressOf('contact')}>{words.changeContact}</a>
          </li>
          <li>
            <a href={addressOf('phones')}>{words.phones}</a>
          </li>
          <li>
            <a href={addressOf('card')}>{words.card}</a>
          </li>
          {!isElder && (
            <li>
              <a href={addressOf('wards')}>{words.wards}</a>
            </li>
          )}
          {!isElder && (
            <li>
              <a href={addressOf('leave')}>{words.leave}</a>
            </li>
          )}
        </ul>
      )}
      <Refusal error={error} />
      <Button isBusy={isBusy} onPress={() => leave(false)}>
        {words.signOut}
      </Button>
      {!isElder && (
        <Button isBusy={isBusy} onPress={() => leave(true)}>
          {words.signOutEverywhere}
        </Button>
      )}
    </div>
  );
}
