import { useState } from 'react';
import { CallError } from '../../../api/call.ts';
import { LinkButton } from '../../ui/button.tsx';
import { Message } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { ContactFields } from '../apply/contact-fields.tsx';
import { contactOf, emptyContact, faultsOfContact } from '../apply/draft.ts';
import { call, changeContact, SIGN_IN } from '../service.ts';
import { OwnForm } from './own-form.tsx';

/** Changes the telephone number or where somebody stays; asks for a sign-in that is fresh. */
export function ContactScreen({ refresh }: { readonly refresh: () => void }) {
  const { words } = useReading();
  const [draft, setDraft] = useState(emptyContact);
  const save = async () => {
    await call(changeContact, { body: contactOf(draft) });
    refresh();
  };
  return (
    <OwnForm
      title={words.changeContact}
      action={words.save}
      done={words.contactChanged}
      save={save}
      check={() => faultsOfContact(draft, words)}
      explainFault={({ error }) => isAboutSignIn(error) && <SignInAgain />}
    >
      {(faults) => (
        <ContactFields
          {...{ draft, faults }}
          change={(changed) => setDraft((before) => ({ ...before, ...changed }))}
        />
      )}
    </OwnForm>
  );
}

function isAboutSignIn(error: unknown): boolean {
  return error instanceof CallError && (error.status === 401 || error.status === 403);
}

function SignInAgain() {
  const { words } = useReading();
  return (
    <>
      <Message kind="fault">{words.freshSignIn}</Message>
      <LinkButton to={SIGN_IN}>{words.signInAgain}</LinkButton>
    </>
  );
}
