import type { Installation } from '../installation.ts';
import { createFindPerson } from '../people/find-person.ts';
import type { Routes } from '../platform/http/app.ts';
import { followDevices } from './known-devices.ts';
import { type DoorParts, doorRoutes } from './routes.ts';

/** The doors of a service: their routes, and what they follow until they are closed. */
export interface OpenDoors {
  readonly routes: Routes;
  readonly close: () => void;
}

/** Opens the doors of an installation. Throws when its devices cannot be read at first. */
export async function openDoors(
  parts: Omit<DoorParts, 'devices' | 'findPerson'> & { readonly installation: Installation },
): Promise<OpenDoors> {
  const { installation, log, clock } = parts;
  const devices = await followDevices({ db: installation.store.app, log, clock });
  const findPerson = createFindPerson(installation);
  return { routes: doorRoutes({ ...parts, devices, findPerson }), close: devices.close };
}
