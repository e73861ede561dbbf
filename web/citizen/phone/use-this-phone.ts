import { useSyncExternalStore } from 'react';
import { type ThisPhone, thisPhone } from './this-phone.ts';

/** This phone; as long as somebody looks, its showing is signed again and again. */
export function useThisPhone(): ThisPhone {
  return useSyncExternalStore(thisPhone.subscribe, thisPhone.get);
}
