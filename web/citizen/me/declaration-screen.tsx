import { useState } from 'react';
import { Tick } from '../../ui/choice.tsx';
import { useReading } from '../../words/language.tsx';
import { DeclarationFields } from '../apply/declaration-fields.tsx';
import { declarationOf, emptyDeclaration, faultsOfDeclaration } from '../apply/draft.ts';
import { nowInChina } from '../now.ts';
import { call, declare } from '../service.ts';
import { OwnForm } from './own-form.tsx';

/** States something new about oneself. */
export function DeclarationScreen({ refresh }: { readonly refresh: () => void }) {
  const { words } = useReading();
  const [draft, setDraft] = useState({ ...emptyDeclaration, isTruthful: false });
  const save = async () => {
    await call(declare, { body: declarationOf(draft, nowInChina()) });
    refresh();
  };
  return (
    <OwnForm
      title={words.declareAgain}
      action={words.save}
      done={words.declared}
      save={save}
      check={() => ({
        ...faultsOfDeclaration(draft, words, nowInChina().slice(0, 10)),
        ...(!draft.isTruthful && { isTruthful: words.commitmentMissing }),
      })}
    >
      {(faults) => (
        <>
          <DeclarationFields
            {...{ draft, faults }}
            change={(changed) => setDraft((before) => ({ ...before, ...changed }))}
          />
          <Tick
            label={words.commitment}
            value={draft.isTruthful}
            error={faults.isTruthful}
            onChange={(isTruthful) => setDraft((before) => ({ ...before, isTruthful }))}
          />
        </>
      )}
    </OwnForm>
  );
}
