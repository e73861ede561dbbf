import { useEffect, useState } from 'react';
import type { AreaInForce } from '../../../api/places/areas.ts';
import { Message } from '../../ui/card.tsx';
import { TextField } from '../../ui/field.tsx';
import { useReading } from '../../words/language.tsx';
import { call, explain, listAreasInForce } from '../service.ts';

/** So many are shown; who needs another searches. */
const MOST_SHOWN = 20;
const PAUSE_MS = 250;

/** Finds a listed area by a part of its name. */
export function AreaPicker({ onPick }: { readonly onPick: (area: AreaInForce) => void }) {
  const { words } = useReading();
  const [search, setSearch] = useState('');
  const { areas, error } = useAreas(search.trim());
  const pick = (area: AreaInForce) => {
    onPick(area);
    setSearch('');
  };
  return (
    <div className="picker">
      <TextField
        label={words.stayAdd}
        hint={words.staySearch}
        type="search"
        value={search}
        maxLength={50}
        onChange={setSearch}
      />
      {error !== undefined && <Message kind="fault">{explain(error, words)}</Message>}
      {areas && (
        <p className="quiet" role="status">
          {areas.length === 0 ? words.stayNone : words.stayResults(areas.length)}
        </p>
      )}
      <ul className="areas">
        {areas?.slice(0, MOST_SHOWN).map((area) => (
          <li key={`${area.region} ${area.place} ${area.level}`}>
            <button type="button" className="area" onClick={() => pick(area)}>
              <span>
                {area.name}
                {area.place && <span className="area-place">{area.place}</span>}
              </span>
              <span className={`level ${area.level}`}>{words.levels[area.level]}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The areas that a search finds, a moment after the last key. */
function useAreas(search: string) {
  const [found, setFound] = useState<{ readonly areas?: readonly AreaInForce[]; readonly error?: unknown }>(
    {},
  );
  useEffect(() => {
    setFound({});
    // All of them are thousands.
    if (search === '') return;
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(async () => {
      try {
        const { areas } = await call(listAreasInForce, { query: { search } }, { signal });
        setFound({ areas });
      } catch (error) {
        if (!signal.aborted) setFound({ error });
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [search]);
  return found;
}
