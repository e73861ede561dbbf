import type { WithdrawalReply } from '../../../api/applications/applications.ts';
import { Button } from '../../ui/button.tsx';
import { ActionBar, Card, Message, ScreenHeading } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import type { Words } from '../../words/words.ts';

/** What leaving has done. */
export type Outcome = WithdrawalReply;

/** What is gone, and what the law keeps, how long and why (D3). */
export function LeftScreen({ outcome, onDone }: { readonly outcome: Outcome; readonly onDone: () => void }) {
  const { words } = useReading();
  const { erased, kept } = outcome;
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.left}</ScreenHeading>
      <Message kind="done">{words.withdrawnHeading}</Message>
      <Card title={words.erased}>
        <ul className="plain-list">
          {erased.map((what) => (
            <li key={what}>{wordOf(words.erasedThings, what)}</li>
          ))}
        </ul>
      </Card>
      {kept.length > 0 && (
        <Card title={words.kept}>
          <ul className="plain-list">
            {kept.map(({ what, until, clause }) => (
              <li key={what}>{words.keptUntil(keptWord(what, words), words.day(until), clause)}</li>
            ))}
          </ul>
        </Card>
      )}
      <ActionBar>
        <Button kind="main" onPress={onDone}>
          {words.done}
        </Button>
      </ActionBar>
    </div>
  );
}

function keptWord(what: string, words: Words): string {
  const [kind, source = ''] = what.split('/');
  return kind === 'looks' ? words.keptLooks : words.keptEvidence(wordOf(words.sources, source));
}

/** A later service may name more than these pages know. */
function wordOf(table: Readonly<Record<string, string>>, name: string): string {
  return table[name] ?? name;
}
