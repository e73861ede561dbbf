import { lineageAbout } from '../evidence/store.ts';
import type { Installation } from '../installation.ts';
import { type Conclusion, conclude } from './conclude.ts';
import { readDossiers, withKin } from './dossiers.ts';
import { type AssessmentRow, latestAssessments, samplePeople } from './store.ts';

/** What came of making stored decisions again. */
export interface Checked {
  readonly checked: number;
  /** The people and numbers of conclusions that came out otherwise. */
  readonly different: readonly { readonly personId: string; readonly number: number }[];
}

/**
 * Makes the newest conclusions about a sample of people again, as of when they were made, and compares. Evidence that was
 * on its way into the record in that moment, or dated by another clock, counts as the conclusion's own inputs say.
 */
export async function checkDecisions(
  installation: Installation,
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

async function comesOutAgain(installation: Installation, row: AssessmentRow): Promise<boolean> {
  const { store, keys, decisionKnownAt } = installation;
  const { personId, assessedAt } = row;
  const decision = await decisionKnownAt(assessedAt, assessedAt);
  const kin = await withKin(store.app, [personId]);
  const recorded = (await lineageAbout(store.app, [...kin.keys()])).map(({ recordedAt }) => recordedAt);
  for (const knownAt of [assessedAt, ...new Set(recorded.reverse())]) {
    const { dossiers } = await readDossiers(store.app, keys, decision.lists, kin, knownAt);
    const dossier = dossiers.find((one) => one.personId === personId);
    if (dossier?.inputsDigest.equals(row.inputsDigest))
      return isSame(conclude(dossier, decision, assessedAt), row);
  }
  return false;
}

function isSame(again: Conclusion, { colour, result, nextResult }: AssessmentRow): boolean {
  return again.colour === colour && again.result === result && again.nextResult === nextResult;
}
