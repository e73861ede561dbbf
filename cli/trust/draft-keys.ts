import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeKeyList, type KeyListContent } from '../../credential/trust/key-list-content.ts';
import { changeParameters, type TrustParameters } from '../../credential/trust/parameters.ts';
import { DAY_MS, type Instant, wholeSecond } from '../../domain/time.ts';
import { toHex } from '../../gate/hex.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { textOption, timeOption, wholeNumberOption } from '../options.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from '../service/site.ts';
import { describeDraft, readDraft, writeDraft } from './drafts.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';

/** `healthcode trust draft-keys`: the next key list, for the holders of the root to sign. */
export const trustDraftKeys: Command = {
  name: 'trust draft-keys',
  summary: 'write the next key list for the holders of the root to sign',
  help: `usage: healthcode trust draft-keys --out FILE [--days N] [--add FILE --from TIME --until TIME] [--retire KID --at TIME]
                                   [--revoke KID] [--drop KID] [--threshold N] [--parameters FILE] [--data DIR] [--keys DIR]

Writes the key list that follows the one in force, without signatures, with these changes. "trust sign" adds a signature,
"trust publish" publishes it. Let a new key begin when every gate has fetched the list, and the old one end when nothing
that it signed counts any more (docs/trust.md).

  --out FILE     where to write it
  --days N       for how many days the list counts (365)
  --add FILE     a key as "trust new-key" has printed it; may be repeated
  --from TIME    from when on added keys sign (in two days)
  --until TIME   until when (two years later)
  --retire KID   a key that signs no more from --at TIME on; what it has signed still counts
  --revoke KID   a key of which nothing counts any more; may be repeated
  --drop KID     a key that is not named any more, of the root too; may be repeated
  --threshold N  how many of the root have to sign from then on
  --parameters FILE
                 what gates go by, as JSON: only what changes, such as {"onlineSeconds":30} (docs/trust.md)

${SITE_HELP}`,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const now = wholeSecond(Date.now());
    const out = textOption('out', values.out);
    const held = await withInstallation(siteOf(values), async ({ trust }) => trust.keys());
    writeDraft(out, encoded(nextList(held, readChanges(values, now), now)));
    process.stdout.write(`${printJson(describeDraft(readDraft(out)))}\n`);
    return EXIT.done;
  },
};

function encoded(next: KeyListContent): Uint8Array {
  try {
    return encodeKeyList(next);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError('no key list is like this: a key stands in it twice, or the threshold is too high');
  }
}

const OPTIONS = {
  ...SITE_OPTIONS,
  out: { type: 'string' },
  days: { type: 'string', default: '365' },
  add: { type: 'string', multiple: true, default: [] as string[] },
  from: { type: 'string' },
  until: { type: 'string' },
  retire: { type: 'string', multiple: true, default: [] as string[] },
  at: { type: 'string' },
  revoke: { type: 'string', multiple: true, default: [] as string[] },
  drop: { type: 'string', multiple: true, default: [] as string[] },
  threshold: { type: 'string' },
  parameters: { type: 'string' },
} as const;

interface Changes {
  readonly expiresAt: Instant;
  readonly added: readonly PublicKey[];
  readonly from: Instant;
  readonly until: Instant;
  readonly retired: readonly string[];
  readonly retiredAt: Instant;
  readonly revoked: readonly string[];
  readonly dropped: readonly string[];
  readonly threshold: number | undefined;
  /** What the JSON file holds. */
  readonly parameters: unknown;
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function readChanges(values: Values, now: Instant): Changes {
  const from = values.from === undefined ? now + 2 * DAY_MS : wholeSecond(timeOption('from', values.from));
  const until =
    values.until === undefined ? from + 730 * DAY_MS : wholeSecond(timeOption('until', values.until));
  const retired = values.retire;
  return {
    expiresAt: now + wholeNumberOption('days', values.days, 1, 3_650) * DAY_MS,
    added: values.add.map(readPublicKey),
    ...{ from, until, retired, revoked: values.revoke, dropped: values.drop },
    retiredAt: retired.length > 0 ? wholeSecond(timeOption('at', values.at)) : now,
    threshold:
      values.threshold === undefined ? undefined : wholeNumberOption('threshold', values.threshold, 1, 100),
    parameters: values.parameters === undefined ? {} : readJson(values.parameters),
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${path} is no JSON`);
    throw error;
  }
}

function changed(parameters: TrustParameters, changes: unknown): TrustParameters {
  try {
    return changeParameters(parameters, changes, false);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

function nextList(held: KeyListContent, changes: Changes, now: Instant): KeyListContent {
  const { added, from, until, retired, retiredAt, revoked, dropped } = changes;
  const known = [...held.keys, ...held.root.keys].map(({ kid }) => toHex(kid));
  const missing = [...retired, ...revoked, ...dropped].find((kid) => !known.includes(kid));
  if (missing !== undefined) throw new UsageError(`the key list names no key ${missing}`);
  const staying = held.keys
    .filter(({ kid }) => !dropped.includes(toHex(kid)))
    .map((key) => ({
      ...key,
      ...(retired.includes(toHex(key.kid)) && { notAfter: retiredAt }),
      ...(revoked.includes(toHex(key.kid)) && { revokedAt: now }),
    }));
  const coming = added.flatMap(({ use, ...key }) =>
    use === 'root' ? [] : [{ ...key, use, notBefore: from, notAfter: until, province: held.province }],
  );
  const roots = held.root.keys.filter(({ kid }) => !dropped.includes(toHex(kid)));
  const newRoots = added.filter(({ use }) => use === 'root').map(({ use: _, ...key }) => key);
  return {
    ...{ province: held.province, version: held.version + 1, issuedAt: now, expiresAt: changes.expiresAt },
    root: { threshold: changes.threshold ?? held.root.threshold, keys: [...roots, ...newRoots] },
    parameters: changed(held.parameters, changes.parameters),
    keys: [...staying, ...coming],
  };
}
