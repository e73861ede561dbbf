import { useEffect, useRef } from 'react';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { parseInstant } from '../../../domain/time.ts';
import { QrCode } from '../../ui/qr.tsx';
import { useReading } from '../../words/language.tsx';
import { type PhoneWords, usePhoneWords } from '../../words/phone/phone-words.ts';
import type { Clocks } from '../code/freshness.ts';
import { inChina } from '../now.ts';
import { confirmPhone } from '../phone/confirm-phone.ts';
import type { Holder } from '../phone/phone-store.ts';
import { signedAtOfText } from '../phone/signed-time.ts';
import { chooseCompanions, phoneClock, type ThisPhone } from '../phone/this-phone.ts';
import { useThisPhone } from '../phone/use-this-phone.ts';
import { addressOf } from '../use-page.ts';
import { wordsOfClock } from './words-of-clock.ts';

/** What the account is told. */
export type Notices = MyCodeReply['notices'];

interface Props {
  /** Whoever is signed in, and what the service has just said, where it could be asked. */
  readonly holder?: Holder;
  readonly seen?: SeenTime | undefined;
  readonly notices?: Notices;
}

/** What a bound phone holds up: the picture that it signs anew every few seconds, and what there is to know about it. */
export function PhonePass({ holder, seen, notices }: Props) {
  const words = usePhoneWords();
  const shown = useThisPhone();
  useComparison(seen);
  const isOthers = isOfAnother(shown, holder);
  useConfirmation(holder, isOthers, notices);
  // What the one before has bound does not pass on.
  if (isOthers) return null;
  return (
    <div className="phone-pass">
      {shown.showing ? (
        <QrCode text={shown.showing.text} label={words.qrLabel} />
      ) : (
        <div className="no-qr">
          <p role="status">{shown.isReady ? wordsWithoutPass(shown, words) : words.preparing}</p>
        </div>
      )}
      <Company {...{ shown }} isAttended={holder !== undefined} />
      <Remarks {...{ shown }} />
    </div>
  );
}

/** An online pass and when it was made, and what the clocks of the phone said before and after. */
export interface SeenTime {
  readonly asOf: string;
  readonly text: string;
  readonly sent: Clocks;
  readonly received: Clocks;
}

/** Each online pass tells what time it is. */
function useComparison(seen: SeenTime | undefined): void {
  const compared = useRef<string>(undefined);
  useEffect(() => {
    if (!seen || compared.current === seen.asOf) return;
    compared.current = seen.asOf;
    const signedAt = signedAtOfText(seen.text);
    const asOf = parseInstant(seen.asOf);
    if (signedAt !== undefined) phoneClock.compare({ signedAt, asOf }, seen.sent, seen.received);
  }, [seen]);
}

/** Where another name is signed in, or a phone was removed, this one asks whether it is still one of that account. */
function useConfirmation(holder: Holder | undefined, isOthers: boolean, notices: Notices = []): void {
  const removal = notices.find(({ kind }) => kind === 'phone-removed')?.noticeId;
  const isAsked = holder !== undefined && (isOthers || removal !== undefined);
  const asked = useRef(holder);
  asked.current = holder;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another removal is another question
  useEffect(() => {
    if (isAsked && asked.current) void confirmPhone(asked.current);
  }, [isAsked, removal]);
}

function isOfAnother({ phone }: ThisPhone, holder: Holder | undefined): boolean {
  if (!phone || !holder) return false;
  return phone.holder.name !== holder.name || phone.holder.document !== holder.document;
}

interface CompanyProps {
  readonly shown: ThisPhone;
  /** Whether the service knows who is there, and so of whom they may choose. */
  readonly isAttended: boolean;
}

/** Who is shown, where it is not the holder alone. */
function Company({ shown: { phone, showing }, isAttended }: CompanyProps) {
  const words = usePhoneWords();
  const { language, isElder } = useReading();
  const names = phone?.companions.map(({ name }) => name).join(language === 'zh' ? '、' : ', ') ?? '';
  if (names === '' && (isElder || !isAttended)) return null;
  const told = showing && (showing.isWhole ? words.togetherWith : words.togetherWaiting)(names);
  return (
    <div className="company">
      {names !== '' && <p className="company-names">{told}</p>}
      {isAttended ? (
        <a href={addressOf('together')}>{names === '' ? words.together : words.change}</a>
      ) : (
        <button type="button" onClick={() => void chooseCompanions([])}>
          {words.togetherAlone}
        </button>
      )}
      {showing?.isWhole && names !== '' && <p className="company-note">{words.togetherStrictest}</p>}
    </div>
  );
}

/** What is not as usual; it is read out. */
function Remarks({ shown: { showing, renewal } }: { readonly shown: ThisPhone }) {
  const words = usePhoneWords();
  const clock = wordsOfClock(phoneClock.fault(), words);
  const isLate = showing !== undefined && renewal === 'late' && navigator.onLine;
  return (
    <div className="remarks" role="status">
      {clock && <p>{clock}</p>}
      {isLate && <p>{words.late}</p>}
    </div>
  );
}

function wordsWithoutPass({ renewal }: ThisPhone, words: PhoneWords): string {
  if (renewal === 'signed-out') return words.usedUpSignedOut;
  return renewal === 'good' && navigator.onLine ? words.preparing : words.usedUp;
}

/** What the clock of the service shows now, RFC 3339 in +08:00. */
export function serviceNow(): string {
  return inChina(phoneClock.now());
}
