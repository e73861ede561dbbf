import { openJournal } from '../../signer/journal/journal.ts';

/** Appends ten entries, fifty, and one to the journal in a folder, and prints of each whether it was written down. */
async function appendSome(folder: string): Promise<void> {
  const journal = await openJournal(folder, () => 0);
  const entry = { kind: 1, kid: Buffer.alloc(8, 1), digest: Buffer.alloc(32, 2), epoch: 7, number: 0 };
  const written: boolean[] = [];
  for (const count of [10, 50, 1])
    written.push(
      await journal.append(Array.from({ length: count }, () => entry)).then(
        () => true,
        () => false,
      ),
    );
  await journal.close();
  process.stdout.write(`${written.join(' ')}\n`);
}

await appendSome(process.argv[2]!);
