import { useState } from 'react';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Card, Message } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { Refusal } from '../refusal.tsx';
import { call, contestRecovery } from '../service.ts';
import { addressOf } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

interface Props {
  readonly notices: MyCodeReply['notices'];
  readonly onAnswered: () => void;
}

/** What happened to the account; a claim of somebody else can be contested here. */
export function NoticesCard({ notices, onAnswered }: Props) {
  const { words, language } = useReading();
  if (notices.length === 0) return null;
  const contested = new Set(
    notices.flatMap(({ kind, caseId }) => (kind === 'recovery-contested' ? [caseId] : [])),
  );
  return (
    <Card title={words.noticesHeading}>
      <ul className="notices">
        {notices.map(({ noticeId, kind, caseId, words: told, at }) => (
          <li key={noticeId}>
            <p>{told[language]}</p>
            <p className="quiet">{words.moment(at)}</p>
            {kind === 'recovery-opened' && caseId && !contested.has(caseId) && (
              <Contest {...{ caseId, onAnswered }} />
            )}
            {kind === 'phone-bound' && <LinkButton to={addressOf('phones')}>{words.phones}</LinkButton>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Contest({ caseId, onAnswered }: { readonly caseId: string; readonly onAnswered: () => void }) {
  const { words } = useReading();
  const { isBusy, error, send } = useSending();
  const [isDone, setDone] = useState(false);
  const contest = async () => {
    await call(contestRecovery, { params: { caseId }, body: {} });
    setDone(true);
    onAnswered();
  };
  if (isDone) return <Message kind="done">{words.contested}</Message>;
  return (
    <>
      <Refusal error={error} />
      <Button kind="grave" isBusy={isBusy} onPress={() => send(contest)}>
        {words.contest}
      </Button>
    </>
  );
}
