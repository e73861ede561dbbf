import type { DecisionInForce, InForce } from '../server/codes/decision.ts';
import { beginRun } from '../server/codes/everyone/begin-with-everyone.ts';
import { reassessShares } from '../server/codes/everyone/reassess-shares.ts';
import type { TestService } from './service.ts';

/** Looking at everybody again in a test, by rules that differ from those of the service in nothing but when they decide. */
export interface RulesRun {
  readonly rulesOf: (id: string, inForce: InForce) => DecisionInForce;
  readonly begin: (by: DecisionInForce) => ReturnType<typeof beginRun>;
  /** Looks at some shares; false when none is left. */
  readonly lookAtShare: (by: DecisionInForce) => Promise<boolean>;
}

export function rulesRun(service: TestService): RulesRun {
  const { app } = service.database;
  return {
    rulesOf: (id, inForce) => {
      const { rules, ...rest } = service.decision();
      return { ...rest, rules: { ...rules, id }, inForce };
    },
    begin: ({ rules, inForce }) => beginRun(app, { rules: rules.id, ...inForce }, service.now),
    lookAtShare: (by) =>
      reassessShares({
        ...{ database: app, keys: service.keys(), clock: () => service.now },
        onLooked: () => {},
        decision: () => by,
      }),
  };
}
