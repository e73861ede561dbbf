import { useEffect, useState } from 'react';
import type { WardReply } from '../../../api/applications/wards.ts';
import { MOST_COMPANIONS } from '../../../credential/pass.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, ScreenHeading, Waiting } from '../../ui/card.tsx';
import { Tick } from '../../ui/choice.tsx';
import { useReading } from '../../words/language.tsx';
import { usePhoneWords } from '../../words/phone/phone-words.ts';
import { readPhone } from '../phone/phone-store.ts';
import { chooseCompanions } from '../phone/this-phone.ts';
import { Refusal } from '../refusal.tsx';
import { call, listWards } from '../service.ts';
import { addressOf, goTo } from '../use-page.ts';
import { useSending } from '../use-sending.ts';

/** Who is shown together with the holder, in one picture (S9). */
export function TogetherScreen() {
  const words = usePhoneWords();
  const { words: common } = useReading();
  const [wards, setWards] = useState<readonly WardReply[]>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [error, setError] = useState<unknown>();
  const saving = useSending();
  useEffect(() => {
    Promise.all([call(listWards, {}), readPhone()]).then(([reply, phone]) => {
      const ids = reply.wards.map(({ personId }) => personId);
      setWards(reply.wards);
      setChosen((phone?.companions ?? []).map(({ personId }) => personId).filter((id) => ids.includes(id)));
    }, setError);
  }, []);
  const show = (ids: readonly string[]) =>
    saving.send(async () => {
      const all = wards ?? [];
      const found = ids.flatMap((id) => all.filter(({ personId }) => personId === id));
      await chooseCompanions(found.map(({ personId, name }) => ({ personId, name })));
      goTo('');
    });
  const isFull = chosen.length >= MOST_COMPANIONS;
  return (
    <div className="stack sinking">
      <ScreenHeading>{words.together}</ScreenHeading>
      <p className="lead">{words.togetherLead}</p>
      {error !== undefined && <Refusal error={error} />}
      {!wards && error === undefined && <Waiting label={common.loading} />}
      {wards?.length === 0 && (
        <>
          <p>{words.togetherNone}</p>
          <LinkButton to={addressOf('wards')}>{words.togetherRegister}</LinkButton>
        </>
      )}
      {wards?.map(({ personId, name, document }) => (
        <Tick
          key={personId}
          label={`${name} ${document}`}
          value={chosen.includes(personId)}
          error={isFull && !chosen.includes(personId) ? words.togetherMost : undefined}
          onChange={(isChosen) =>
            setChosen((before) =>
              isChosen && before.length < MOST_COMPANIONS
                ? [...before, personId]
                : before.filter((id) => id !== personId),
            )
          }
        />
      ))}
      <Refusal error={saving.error} />
      <ActionBar>
        <Button isBusy={saving.isBusy} onPress={() => show([])}>
          {words.togetherAlone}
        </Button>
        {chosen.length > 0 && (
          <Button kind="main" isBusy={saving.isBusy} onPress={() => show(chosen)}>
            {words.togetherShow}
          </Button>
        )}
      </ActionBar>
    </div>
  );
}
