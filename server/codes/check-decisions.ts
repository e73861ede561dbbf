import { lineageAbout } from '../evidence/store.ts';
import { type Conclusion, conclude } from './conclude.ts';
import { openRecord, withKin } from './dossiers.ts';
import type { Replaying } from './replay.ts';
import { type AssessmentRow, latestAssessments, samplePeople } from './store.ts';

/** What came of making stored decisions again. */
export interface Checked {
  readonly checked: number;
  /** The people and numbers of conclusions that came out otherwise. */
  readonly different: readonly { readonly personId: string; readonly number: number }[];
}

/**
 * Makes the newest conclusions about a sample of people again, as of when they were made, and compares. What was known
 * in that moment, the conclusion's own inputs say; its clock need not have been the one that dated the evidence. Since a
 * conclusion that would say the same is not written down, evidence may have come to it that changed nothing.
 */
export async function checkDecisions(
  installation: Replaying,
  bucket: number,
  people: number,
  seed: string,
): Promise<Checked> {
  const { app } = installation.store;
  const rows = await latestAssessments(app, await samplePeople(app, bucket, people, seed));
  const different: { personId: string; number: number }[] = [];
  for (const row of rows)
    if (!(await comesOutAgain(installation, row)))
      different.push({ personId: row.personId, number: row.number });
  return { checked: rows.length, different };
}

async function comesOutAgain(installation: Replaying, row: AssessmentRow): Promise<boolean> {
  const { store, keys, decisionKnownAt } = installation;
  const { personId, assessedAt } = row;
  const decision = await decisionKnownAt(assessedAt, assessedAt, row.areas);
  const kin = await withKin(store.app, [personId]);
  const { knownAt } = await openRecord(store.app, keys, decision.lists, kin);
  const recorded = (await lineageAbout(store.app, [...kin.keys()])).map(({ recordedAt }) => recordedAt);
  const dossiers = [assessedAt, ...new Set(recorded.reverse())].flatMap((instant) =>
    knownAt(instant).filter((one) => one.personId === personId),
  );
  const own = dossiers.find(({ inputsDigest }) => inputsDigest.equals(row.inputsDigest));
  return (own ? [own] : dossiers).some((dossier) => isSame(conclude(dossier, decision, assessedAt), row));
}

function isSame(again: Conclusion, { colour, result, nextResult }: AssessmentRow): boolean {
  return again.colour === colour && again.result === result && again.nextResult === nextResult;
}
