import { type FormEvent, useRef, useState } from 'react';
import type { SessionReply } from '../../../api/accounts/sessions.ts';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { ActionBar, ScreenHeading } from '../../ui/card.tsx';
import { useReading } from '../../words/language.tsx';
import { NoticesCard } from '../code/notices.tsx';
import { nowInChina } from '../now.ts';
import { Refusal } from '../refusal.tsx';
import { applyForCode, call } from '../service.ts';
import { addressOf, goTo, usePage } from '../use-page.ts';
import { useSending } from '../use-sending.ts';
import { CommitStep } from './commit-step.tsx';
import { DeclarationFields } from './declaration-fields.tsx';
import { applicationOf, type Draft, emptyDraft, type Faults, faultsOf, STEPS, type Step } from './draft.ts';
import { ReachStep } from './reach-step.tsx';
import { WhoStep } from './who-step.tsx';

/** What each step of an application gets. */
export interface StepProps {
  readonly draft: Draft;
  readonly faults: Faults;
  readonly change: (changed: Partial<Draft>) => void;
  readonly session: SessionReply;
}

interface Props {
  readonly session: SessionReply;
  readonly reply: MyCodeReply;
  /** Asks what has become of the code. */
  readonly refresh: () => void;
}

/** Applying for a code, in four steps; each has an address, so that the way back works. */
export function ApplyScreen({ session, reply, refresh }: Props) {
  const { words } = useReading();
  const [draft, setDraft] = useState(() => emptyDraft(session.verified ?? false));
  const [reached, setReached] = useState(0);
  const step = Math.min(stepAt(usePage()), reached);
  const name = STEPS[step]!;
  const { isBusy, error, send } = useSending();
  const submit = () =>
    send(async () => {
      await call(applyForCode, { body: applicationOf(draft, nowInChina()) });
      goTo('');
      refresh();
    });
  const next = () => {
    setReached(Math.max(reached, step + 1));
    goTo(`apply/${step + 2}`);
  };
  return (
    <StepForm
      key={name}
      name={name}
      check={() => faultsOf(name, draft, words, nowInChina().slice(0, 10))}
      onDone={name === 'commit' ? submit : next}
      isBusy={isBusy}
    >
      {(faults) => (
        <>
          {step === 0 && <NoticesCard notices={reply.notices} onAnswered={refresh} />}
          {step === 0 && <p className="lead">{words.applyIntro}</p>}
          <StepFields
            {...{ name, draft, faults, session }}
            change={(changed) => setDraft((before) => ({ ...before, ...changed }))}
          />
          <Refusal error={error} />
        </>
      )}
    </StepForm>
  );
}

function stepAt(page: string): number {
  const at = Number(page.split('/')[1] ?? '1');
  return Number.isInteger(at) && at >= 1 && at <= STEPS.length ? at - 1 : 0;
}

function StepFields({ name, ...props }: StepProps & { readonly name: Step }) {
  switch (name) {
    case 'who':
      return <WhoStep {...props} />;
    case 'reach':
      return <ReachStep {...props} />;
    case 'declaration':
      return <DeclarationFields {...props} />;
    case 'commit':
      return <CommitStep {...props} />;
  }
}

interface StepFormProps {
  readonly name: Step;
  readonly check: () => Faults;
  readonly onDone: () => void;
  readonly isBusy: boolean;
  readonly children: (faults: Faults) => React.ReactNode;
}

/** A step: nothing is called wrong before somebody has tried to go on. */
function StepForm({ name, check, onDone, isBusy, children }: StepFormProps) {
  const { words } = useReading();
  const [isChecked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const at = STEPS.indexOf(name) + 1;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(check()).length === 0) onDone();
    // What is wrong is marked once this has been drawn.
    else
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <form className="stack sinking" ref={form} noValidate onSubmit={submit}>
      <p className="step">
        {words.step(at, STEPS.length)}
        <progress value={at} max={STEPS.length} aria-hidden="true" />
      </p>
      <ScreenHeading>{words.steps[name]}</ScreenHeading>
      {children(isChecked ? check() : {})}
      <ActionBar>
        {at > 1 && <LinkButton to={addressOf(`apply/${at - 1}`)}>{words.back}</LinkButton>}
        <Button kind="main" sends isBusy={isBusy}>
          {name === 'commit' ? words.submit : words.next}
        </Button>
      </ActionBar>
    </form>
  );
}
