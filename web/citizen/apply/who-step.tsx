import type { DocumentType } from '../../../domain/people/document.ts';
import { Tick } from '../../ui/choice.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useReading } from '../../words/language.tsx';
import type { StepProps } from './apply-screen.tsx';

/** Who applies: somebody who is verified already, or a document that a counter will see. */
export function WhoStep(props: StepProps) {
  const { words } = useReading();
  return (
    <>
      {props.draft.isVerified ? (
        <Verified {...props} />
      ) : (
        <>
          <p>{words.unverifiedLead}</p>
          <DocumentFields {...props} />
        </>
      )}
      <p className="quiet">{words.childHint}</p>
    </>
  );
}

function Verified(props: StepProps) {
  const { words } = useReading();
  const { draft, change, session } = props;
  return (
    <>
      <div className="verified">
        <Icon name="person" />
        <p className="verified-name">{session.name}</p>
        <p>{words.verifiedLead}</p>
      </div>
      <Tick
        label={words.further}
        value={draft.hasFurther}
        onChange={(hasFurther) => change({ hasFurther })}
      />
      {draft.hasFurther && (
        <>
          <p>{words.furtherLead}</p>
          <DocumentFields {...props} />
        </>
      )}
    </>
  );
}

function DocumentFields({ draft, faults, change }: StepProps) {
  const { words } = useReading();
  return (
    <>
      <SelectField
        label={words.documentType}
        empty={words.choose}
        value={draft.type}
        error={faults.type}
        options={Object.entries(words.documentTypes)}
        onChange={(type) => change({ type: type as DocumentType | '' })}
      />
      {draft.type === 'passport' && (
        <TextField
          label={words.issuer}
          hint={words.issuerHint}
          value={draft.issuer}
          error={faults.issuer}
          isCode
          maxLength={3}
          onChange={(issuer) => change({ issuer })}
        />
      )}
      <TextField
        label={words.documentNumber}
        value={draft.number}
        error={faults.number}
        isCode
        maxLength={40}
        autoComplete="off"
        onChange={(number) => change({ number })}
      />
      {!draft.isVerified && (
        <TextField
          label={words.fullName}
          hint={words.fullNameHint}
          value={draft.name}
          error={faults.name}
          maxLength={100}
          autoComplete="name"
          onChange={(name) => change({ name })}
        />
      )}
    </>
  );
}
