import type { WayToGreen } from '../../../api/codes/my-code.ts';
import { Card } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';

/** What would turn the code green, and when (M7, M10, M11): any one of these ways. */
export function WaysCard({ ways, asOf }: { readonly ways: readonly WayToGreen[]; readonly asOf: string }) {
  const { words } = useReading();
  if (ways.length === 0) return null;
  return (
    <Card title={words.waysHeading}>
      <ol className="ways">
        {ways.map((way, index) => (
          <li key={way.needs.join(' ')}>
            {index > 0 && <p className="way-or">{words.wayOr}</p>}
            <Way way={way} year={asOf.slice(0, 4)} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Way({ way, year }: { readonly way: WayToGreen; readonly year: string }) {
  const { words, language } = useReading();
  const { at } = way;
  return (
    <div className="way">
      <p className="way-at">{at ? words.wayAt(words.moment(at, year)) : words.wayOnRecord}</p>
      <p>{way.words[language]}</p>
    </div>
  );
}
