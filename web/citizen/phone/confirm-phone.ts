import { call } from '../service.ts';
import { forgetThisPhone } from './forget-this-phone.ts';
import { listPhones } from './phone-service.ts';
import { changePhone, type Holder, readPhone } from './phone-store.ts';
import { thisPhone } from './this-phone.ts';

/**
 * Asks whether this is still a phone of whoever is signed in, `holder`: if so, that is kept; if not, what the phone keeps is
 * deleted. A service that is away says nothing.
 */
export async function confirmPhone(holder: Holder): Promise<void> {
  try {
    const [{ phones }, kept] = await Promise.all([call(listPhones, {}), readPhone()]);
    if (!kept) return;
    if (phones.some(({ phoneId }) => phoneId === kept.phoneId))
      await changePhone((phone) => ({ ...phone, holder }));
    else await forgetThisPhone();
    thisPhone.refresh();
  } catch {
    // The next fetch of passes says it.
  }
}
