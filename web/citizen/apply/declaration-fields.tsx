import { YesNo } from '../../ui/choice.tsx';
import { TextField } from '../../ui/field.tsx';
import { useReading } from '../../words/language.tsx';
import { nowInChina } from '../now.ts';
import type { DeclarationDraft, Faults } from './draft.ts';
import { StayFields } from './stay-fields.tsx';

interface Props {
  readonly draft: DeclarationDraft;
  readonly faults: Faults;
  readonly change: (changed: Partial<DeclarationDraft>) => void;
}

/** What somebody states about themselves (R2d, R2e, R3a, R3b). */
export function DeclarationFields({ draft, faults, change }: Props) {
  const { words } = useReading();
  const ask = (question: string, field: 'fever' | 'contact' | 'overseas' | 'travelled') => (
    <YesNo
      question={question}
      yes={words.yes}
      no={words.no}
      value={draft[field]}
      error={faults[field]}
      onChange={(answer) => change({ [field]: answer })}
    />
  );
  return (
    <>
      {ask(words.fever, 'fever')}
      {draft.fever && (
        <TextField
          label={`${words.feverSince} (${words.optional})`}
          type="date"
          max={nowInChina().slice(0, 10)}
          value={draft.feverSince}
          error={faults.feverSince}
          onChange={(feverSince) => change({ feverSince })}
        />
      )}
      {ask(words.contact, 'contact')}
      {ask(words.overseas, 'overseas')}
      {ask(words.stays, 'travelled')}
      {draft.travelled && (
        <StayFields {...{ faults }} stays={draft.stays} onChange={(stays) => change({ stays })} />
      )}
    </>
  );
}
