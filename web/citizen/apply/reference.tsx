import { useReading } from '../../words/language.tsx';

/** What is shown at a counter, large. */
export function Reference({ text, note }: { readonly text: string; readonly note?: string }) {
  const { words } = useReading();
  return (
    <div className="reference" role="status">
      <p>{words.pendingReference}</p>
      <p className="reference-text">{text}</p>
      {note && <p className="quiet">{note}</p>}
    </div>
  );
}
