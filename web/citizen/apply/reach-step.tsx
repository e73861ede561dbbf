import { Tick } from '../../ui/choice.tsx';
import { TextField } from '../../ui/field.tsx';
import { useReading } from '../../words/language.tsx';
import { nowInChina } from '../now.ts';
import type { StepProps } from './apply-screen.tsx';
import { ContactFields } from './contact-fields.tsx';

/** How the applicant is reached, and for a visitor until when. */
export function ReachStep({ draft, faults, change }: StepProps) {
  const { words } = useReading();
  return (
    <>
      <ContactFields {...{ draft, faults, change }} />
      <Tick label={words.visitor} value={draft.isVisitor} onChange={(isVisitor) => change({ isVisitor })} />
      {draft.isVisitor && (
        <TextField
          label={words.visitorUntil}
          hint={words.visitorHint}
          type="date"
          min={nowInChina().slice(0, 10)}
          value={draft.until}
          error={faults.until}
          onChange={(until) => change({ until })}
        />
      )}
    </>
  );
}
