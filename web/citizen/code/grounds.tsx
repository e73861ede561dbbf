import type { GroundInWords, MyCodeReply } from '../../../api/codes/my-code.ts';
import { Card } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';

/** Why the code has its colour: each reason with its clause, since when, until when, and who stated it. */
export function GroundsCard({ reply }: { readonly reply: MyCodeReply }) {
  const { words } = useReading();
  const { grounds, nextChangeAt, asOf } = reply;
  return (
    <Card title={words.whyHeading}>
      {grounds.length === 0 ? (
        <p>{words.whyGreen}</p>
      ) : (
        <GroundList grounds={grounds} year={asOf.slice(0, 4)} />
      )}
      {nextChangeAt && (
        <p className="quiet">{words.nextChange(words.moment(nextChangeAt, asOf.slice(0, 4)))}</p>
      )}
    </Card>
  );
}

/** What the person is asked to say more about. */
export function AdvisoriesCard({ advisories }: { readonly advisories: MyCodeReply['advisories'] }) {
  const { words } = useReading();
  if (advisories.length === 0) return null;
  return (
    <Card title={words.advisoriesHeading}>
      <GroundList grounds={advisories} />
    </Card>
  );
}

/** Reasons, one below the other. `year` is the present one, which goes without saying. */
export function GroundList(props: { readonly grounds: readonly GroundInWords[]; readonly year?: string }) {
  return (
    <ul className="grounds">
      {props.grounds.map((ground, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two reasons may read the same, and none has a state
        <Ground key={index} ground={ground} year={props.year} />
      ))}
    </ul>
  );
}

function Ground({ ground, year }: { readonly ground: GroundInWords; readonly year: string | undefined }) {
  const { words, language } = useReading();
  const { clause, colour, since, until, authority } = ground;
  return (
    <li className={`ground ${colour}`}>
      <p className="ground-words">{ground.words[language]}</p>
      <p className="ground-time">
        {words.since(words.moment(since, year))}
        {language === 'zh' ? '，' : ', '}
        {until ? words.until(words.moment(until, year)) : words.untilOpen}
      </p>
      <p className="ground-source">
        <span>{words.statedBy(authority.words[language])}</span>
        <span className="clause">{words.clause(clause)}</span>
      </p>
    </li>
  );
}
