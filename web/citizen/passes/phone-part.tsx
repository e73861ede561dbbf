import { forgetThisPhone } from '../phone/forget-this-phone.ts';
import { listPhones, removePhone } from '../phone/phone-service.ts';
import { type Holder, readPhone } from '../phone/phone-store.ts';
import { call } from '../service.ts';
import { HeldCard, OfflineScreen, type WhyHeld } from './offline-screen.tsx';
import { type Notices, PhonePass, type SeenTime } from './phone-pass.tsx';
import { PhonesScreen } from './phones-screen.tsx';
import { PrintedScreen } from './printed-screen.tsx';
import { TogetherScreen } from './together-screen.tsx';

export { forgetThisPhone };

/** Which part of what has to do with phones and printed codes is drawn. */
export type PhonePartProps =
  | { readonly part: 'together' | 'card' }
  | {
      readonly part: 'pass';
      readonly holder: Holder;
      readonly seen: SeenTime | undefined;
      readonly notices: Notices;
    }
  | { readonly part: 'held' | 'phones'; readonly holder: Holder }
  | { readonly part: 'offline'; readonly why: WhyHeld; readonly onRetry: () => void };

/** What has to do with phones and printed codes, in one piece that is fetched when it is needed. */
export function PhonePart(props: PhonePartProps) {
  switch (props.part) {
    case 'pass':
      return <PhonePass {...props} />;
    case 'held':
      return <HeldCard {...props} />;
    case 'together':
      return <TogetherScreen />;
    case 'card':
      return <PrintedScreen />;
    case 'phones':
      return <PhonesScreen {...props} />;
    case 'offline':
      return <OfflineScreen {...props} />;
  }
}

/** Ends this phone, or all phones of the account, and deletes what this one keeps: before somebody signs out. */
export async function leavePhones(everywhere: boolean): Promise<void> {
  const kept = await readPhone().catch(() => undefined);
  try {
    const { phones } = await call(listPhones, {});
    const ending = phones.filter(({ phoneId }) => everywhere || phoneId === kept?.phoneId);
    await Promise.all(ending.map(({ phoneId }) => call(removePhone, { params: { phoneId } })));
  } finally {
    await forgetThisPhone();
  }
}
