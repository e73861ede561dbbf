import { Button } from '../../ui/button.tsx';
import { FieldError, TextField } from '../../ui/field.tsx';
import { useReading } from '../../words/language.tsx';
import { nowInChina } from '../now.ts';
import { AreaPicker } from './area-picker.tsx';
import type { Faults, StayDraft } from './draft.ts';

interface Props {
  readonly stays: readonly StayDraft[];
  readonly faults: Faults;
  readonly onChange: (stays: readonly StayDraft[]) => void;
}

/** Where somebody was: each area is picked from those in force, then dated. */
export function StayFields({ stays, faults, onChange }: Props) {
  const change = (index: number, changed: Partial<StayDraft>) =>
    onChange(stays.map((stay, at) => (at === index ? { ...stay, ...changed } : stay)));
  return (
    <div className="stays">
      {stays.map((stay, index) => (
        <Stay
          // biome-ignore lint/suspicious/noArrayIndexKey: a stay has no name of its own, and its place is kept
          key={index}
          stay={stay}
          faults={{ from: faults[`from${index}`], to: faults[`to${index}`] }}
          onChange={(changed) => change(index, changed)}
          onRemove={() => onChange(stays.filter((_, at) => at !== index))}
        />
      ))}
      <AreaPicker
        onPick={({ region, place, name }) =>
          onChange([...stays, { region, place, name: place ? `${name} ${place}` : name, from: '', to: '' }])
        }
      />
      <FieldError id="stays-error" error={faults.stays} />
    </div>
  );
}

interface StayProps {
  readonly stay: StayDraft;
  readonly faults: { readonly from: string | undefined; readonly to: string | undefined };
  readonly onChange: (changed: Partial<StayDraft>) => void;
  readonly onRemove: () => void;
}

function Stay({ stay, faults, onChange, onRemove }: StayProps) {
  const { words } = useReading();
  const today = nowInChina().slice(0, 10);
  return (
    <fieldset className="stay">
      <legend>{stay.name}</legend>
      <div className="pair">
        <TextField
          label={words.stayFrom}
          type="date"
          max={today}
          value={stay.from}
          error={faults.from}
          onChange={(from) => onChange({ from })}
        />
        <TextField
          label={words.stayTo}
          type="date"
          max={today}
          value={stay.to}
          error={faults.to}
          onChange={(to) => onChange({ to })}
        />
      </div>
      <Button onPress={onRemove} label={words.stayRemove(stay.name)}>
        {words.remove}
      </Button>
    </fieldset>
  );
}
