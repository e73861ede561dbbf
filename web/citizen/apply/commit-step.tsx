import { Tick } from '../../ui/choice.tsx';
import { useReading } from '../../words/language.tsx';
import { addressOf } from '../use-page.ts';
import type { StepProps } from './apply-screen.tsx';
import type { Draft } from './draft.ts';
import { regionName } from './regions.ts';

/** Everything once more, and the commitment to its truth (S11). */
export function CommitStep({ draft, faults, change, session }: StepProps) {
  const { words, language } = useReading();
  const place = `${regionName(draft.region, language)} ${draft.address}`;
  return (
    <>
      <p>{words.commitHeading}</p>
      <Part title={words.steps.who} step={1} rows={whoOf(draft, session.name, words)} />
      <Part
        title={words.steps.reach}
        step={2}
        rows={[
          [words.phone, draft.phone],
          [words.address, place],
          ...(draft.isVisitor ? [[words.visitorUntil, draft.until] as const] : []),
        ]}
      />
      <Part title={words.steps.declaration} step={3} rows={declarationRows(draft, words)} />
      <Tick
        label={words.commitment}
        value={draft.isTruthful}
        error={faults.isTruthful}
        onChange={(isTruthful) => change({ isTruthful })}
      />
    </>
  );
}

type Rows = readonly (readonly [question: string, answer: string])[];
type Words = ReturnType<typeof useReading>['words'];

function whoOf(draft: Draft, verifiedName: string | undefined, words: Words): Rows {
  const name = [words.fullName, draft.isVerified ? (verifiedName ?? '') : draft.name] as const;
  if ((draft.isVerified && !draft.hasFurther) || draft.type === '') return [name];
  const issuer = draft.type === 'passport' ? draft.issuer : '';
  return [
    name,
    [words.documentType, words.documentTypes[draft.type]],
    [words.documentNumber, `${issuer} ${draft.number}`.trim()],
  ];
}

function declarationRows(draft: Draft, words: Words): Rows {
  const answer = (value: boolean | undefined) => (value ? words.yes : words.no);
  const stays = draft.travelled ? draft.stays.map(({ name, from, to }) => `${name} (${from} – ${to})`) : [];
  return [
    [words.fever, answer(draft.fever)],
    [words.contact, answer(draft.contact)],
    [words.overseas, answer(draft.overseas)],
    [words.stays, stays.length > 0 ? stays.join('; ') : words.no],
  ];
}

function Part(props: { readonly title: string; readonly step: number; readonly rows: Rows }) {
  const { words } = useReading();
  return (
    <section className="card summary" aria-label={props.title}>
      <div className="summary-top">
        <h2>{props.title}</h2>
        <a href={addressOf(`apply/${props.step}`)} aria-label={`${words.edit}: ${props.title}`}>
          {words.edit}
        </a>
      </div>
      <dl>
        {props.rows.map(([question, answer]) => (
          <div key={question}>
            <dt>{question}</dt>
            <dd>{answer}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
