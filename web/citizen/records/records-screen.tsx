import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { Paged } from '../../../api/page.ts';
import { Button } from '../../ui/button.tsx';
import { Card, Message, ScreenHeading, Waiting } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { GroundList } from '../code/grounds.tsx';
import { Busy, useTryAgain } from '../failed.tsx';
import { nowInChina } from '../now.ts';
import { call, explain, showMyHistory, showMyLooks } from '../service.ts';

const AT_ONCE = 10;

/** What happened to the code, and who looked (D4). */
export function RecordsScreen() {
  const { words } = useReading();
  return (
    <div className="stack">
      <ScreenHeading>{words.tabs.records}</ScreenHeading>
      <Card title={words.history}>
        <History />
      </Card>
      <Card title={words.looks}>
        <p className="quiet">{words.looksLead}</p>
        <Looks />
      </Card>
    </div>
  );
}

function History() {
  const { words } = useReading();
  const ask = useCallback((cursor?: string) => call(showMyHistory, { query: queryOf(cursor) }), []);
  return (
    <Pages ask={ask} none={words.historyNone} keyOf={({ number }) => String(number)}>
      {({ colour, at, grounds }) => (
        <>
          <p className={`turn ${colour}`}>
            <span>{words.colours[colour]}</span>
            <time dateTime={at}>{words.moment(at, nowInChina().slice(0, 4))}</time>
          </p>
          {grounds.length > 0 ? (
            <GroundList grounds={grounds} year={nowInChina().slice(0, 4)} />
          ) : (
            <p className="quiet">{words.noGrounds}</p>
          )}
        </>
      )}
    </Pages>
  );
}

function Looks() {
  const { words } = useReading();
  const ask = useCallback((cursor?: string) => call(showMyLooks, { query: queryOf(cursor) }), []);
  return (
    <Pages
      ask={ask}
      none={words.looksNone}
      keyOf={({ at, authority }, index) => `${at} ${authority} ${index}`}
    >
      {({ authority, purpose, at }) => (
        <>
          <p className="look">{authority}</p>
          <p>{words.purpose(purpose)}</p>
          <p className="quiet">
            <time dateTime={at}>{words.moment(at, nowInChina().slice(0, 4))}</time>
          </p>
        </>
      )}
    </Pages>
  );
}

function queryOf(cursor: string | undefined) {
  return { limit: AT_ONCE, ...(cursor !== undefined && { cursor }) };
}

interface PagesProps<Item> {
  readonly ask: (cursor?: string) => Promise<Paged<Item>>;
  readonly none: string;
  readonly keyOf: (item: Item, index: number) => string;
  readonly children: (item: Item) => ReactNode;
}

/** A list that grows by a page at a time. */
function Pages<Item>({ ask, none, keyOf, children }: PagesProps<Item>) {
  const { words } = useReading();
  const { items, next, error, isBusy, more } = usePages(ask);
  const isTrying = useTryAgain(error, more);
  return (
    <>
      {items?.length === 0 && <p>{none}</p>}
      <ul className="records">
        {items?.map((item, index) => (
          <li key={keyOf(item, index)}>{children(item)}</li>
        ))}
      </ul>
      {isTrying && <Busy />}
      {error !== undefined && !isTrying && <Message kind="fault">{explain(error, words)}</Message>}
      {!items && error === undefined && <Waiting label={words.loading} />}
      {(next !== null || error !== undefined) && items && !isTrying && (
        <Button isBusy={isBusy} onPress={more}>
          {error === undefined ? words.more : words.retry}
        </Button>
      )}
    </>
  );
}

function usePages<Item>(ask: (cursor?: string) => Promise<Paged<Item>>) {
  const [items, setItems] = useState<readonly Item[]>();
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const begun = useRef(false);
  const load = useCallback(
    async (cursor?: string) => {
      setBusy(true);
      setError(undefined);
      try {
        const page = await ask(cursor);
        setItems((before = []) => [...(cursor === undefined ? [] : before), ...page.items]);
        setNext(page.next);
      } catch (thrown) {
        setError(thrown);
      }
      setBusy(false);
    },
    [ask],
  );
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void load();
  }, [load]);
  return { items, next, error, isBusy, more: () => void load(next ?? undefined) };
}
