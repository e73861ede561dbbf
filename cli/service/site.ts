import { type Installation, keysIn, openInstallation, type Site } from '../../server/installation.ts';
import { defaultDataFolder } from '../../server/platform/db/embedded.ts';

/** The options of every command that works on an installation. */
export const SITE_OPTIONS = { data: { type: 'string' }, keys: { type: 'string' } } as const;

export const SITE_HELP = `  --data DIR  where the embedded database lies; by default DATABASE_URL says which database is used, and without
              that, HEALTHCODE_DATA or the usual folder of this account says where the embedded one lies
  --keys DIR  where the key files lie; by default HEALTHCODE_KEYS, or "keys" in the data folder`;

/** Where the installation lies, by options and environment. */
export function siteOf({ data, keys }: { data?: string | undefined; keys?: string | undefined }): Site {
  const folder = data ?? process.env.HEALTHCODE_DATA ?? defaultDataFolder();
  const url = data === undefined ? process.env.DATABASE_URL : undefined;
  return {
    place: url === undefined ? { dataFolder: folder } : { url },
    keysFolder: keys ?? process.env.HEALTHCODE_KEYS ?? keysIn(folder),
  };
}

/** Opens an installation for a command and closes it when the work has ended. */
export async function withInstallation<T>(
  site: Site,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const installation = await openInstallation(site, Date.now());
  try {
    return await work(installation);
  } finally {
    await installation.stop();
  }
}
