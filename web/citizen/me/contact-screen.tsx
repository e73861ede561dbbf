import { useState } from 'react';
import { useReading } from '../../words/language.tsx';
import { ContactFields } from '../apply/contact-fields.tsx';
import { contactOf, emptyContact, faultsOfContact } from '../apply/draft.ts';
import { call, changeContact } from '../service.ts';
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
