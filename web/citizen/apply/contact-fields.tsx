import { SelectField, TextField } from '../../ui/field.tsx';
import { useReading } from '../../words/language.tsx';
import type { ContactDraft, Faults } from './draft.ts';
import { cities, countiesOf, otherProvinces, type Region } from './regions.ts';

const OUTSIDE = 'outside';

interface Props {
  readonly draft: ContactDraft;
  readonly faults: Faults;
  readonly change: (changed: Partial<ContactDraft>) => void;
}

/** How somebody is reached: telephone, region, address. */
export function ContactFields({ draft, faults, change }: Props) {
  const { words, language } = useReading();
  const optionsOf = (regions: readonly Region[]) =>
    regions.map((region) => [region.code, region[language]] as const);
  return (
    <>
      <TextField
        label={words.phone}
        hint={words.phoneHint}
        type="tel"
        autoComplete="tel"
        value={draft.phone}
        error={faults.phone}
        maxLength={30}
        onChange={(phone) => change({ phone })}
      />
      <SelectField
        label={words.city}
        empty={words.choose}
        value={draft.city}
        error={faults.city}
        options={[...optionsOf(cities), [OUTSIDE, words.outside]]}
        onChange={(city) => change({ city, region: '' })}
      />
      {draft.city && (
        <SelectField
          label={draft.city === OUTSIDE ? words.provinceOf : words.county}
          empty={words.choose}
          value={draft.region}
          error={faults.region}
          options={optionsOf(draft.city === OUTSIDE ? otherProvinces : countiesOf(draft.city))}
          onChange={(region) => change({ region })}
        />
      )}
      <TextField
        label={words.address}
        hint={words.addressHint}
        autoComplete="street-address"
        value={draft.address}
        error={faults.address}
        maxLength={200}
        onChange={(address) => change({ address })}
      />
    </>
  );
}
