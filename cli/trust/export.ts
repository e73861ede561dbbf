import { parseArgs } from 'node:util';
import { createStatusFiles } from '../../server/passes/status/status-files.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printLine } from '../service/print-change.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from '../service/site.ts';
import { exportTree } from './export-tree.ts';

/** `healthcode trust export DIR`: what gates fetch, as files for any static host. */
export const trustExport: Command = {
  name: 'trust export',
  summary: 'write what gates fetch into a folder, for any static host',
  help: `usage: healthcode trust export DIR [--data DIR] [--keys DIR]

Writes trust/keys, trust/rules and trust/status/… into DIR, as the service answers them below /api/v1, and prints
{"written":…,"unchanged":…,"removed":…}. Each file appears whole, the head of the lists after the lists; lists that are over
are removed. To be run again every few seconds: a gate is as far behind as the folder is.

${SITE_HELP}`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: SITE_OPTIONS,
      allowPositionals: true,
    });
    const [folder, ...others] = positionals;
    if (folder === undefined || others.length > 0) throw new UsageError('one folder is needed');
    const exported = await withInstallation(siteOf(values), async ({ store, trust, rules }) => {
      const lists = createStatusFiles(store.reader);
      await lists.refresh();
      const bundle = trust.ruleBundle(rules.numberAt(Date.now()))?.bytes;
      return exportTree(folder, { keys: trust.keys().bytes, ...(bundle && { rules: bundle }), lists });
    });
    printLine(exported);
    return EXIT.done;
  },
};
