import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useReading } from '../../words/language.tsx';

type Outcome = MyCodeReply['places'][number]['outcome'];

/** What is barred comes first. */
const OUTCOMES = {
  deny: 'stop',
  'allow-if-masked': 'mask',
  'ask-staff': 'question',
  allow: 'check',
} as const satisfies Record<Outcome, string>;

/** Where the holder may go today (M8, M9, M12). Where all doors open, the list is there for who asks for it. */
export function PlacesCard({ places }: { readonly places: MyCodeReply['places'] }) {
  const { words } = useReading();
  if (places.length === 0) return null;
  const isFree = places.every(({ outcome }) => outcome === 'allow');
  return (
    <Card title={words.placesHeading}>
      {isFree ? (
        <>
          <p>{words.everywhere}</p>
          <details className="all-places">
            <summary>{words.allPlaces}</summary>
            <PlaceGroups places={places} />
          </details>
        </>
      ) : (
        <PlaceGroups places={places} />
      )}
    </Card>
  );
}

function PlaceGroups({ places }: { readonly places: MyCodeReply['places'] }) {
  const { words, language } = useReading();
  return (
    <dl className="places">
      {(Object.keys(OUTCOMES) as Outcome[]).map((outcome) => {
        const names = places
          .filter((place) => place.outcome === outcome)
          .map((place) => place.words[language]);
        if (names.length === 0) return null;
        return (
          <div key={outcome} className="place-group">
            <dt>
              <Icon name={OUTCOMES[outcome]} />
              {words.outcomes[outcome]}
            </dt>
            <dd>{names.join(language === 'zh' ? '、' : ', ')}</dd>
          </div>
        );
      })}
    </dl>
  );
}
