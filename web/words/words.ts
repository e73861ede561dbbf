import type { SignInOutcome } from '../../api/accounts/sessions.ts';
import type { ProblemCode } from '../../api/problem.ts';
import type { Source } from '../../domain/evidence/fact.ts';
import type { DocumentType } from '../../domain/people/document.ts';
import type { zh } from './zh.ts';

/** A table of texts with any texts in it. */
export type Widened<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Name in keyof T]: Widened<T[Name]> };

/** Words for everything that others name: without one of them the words of a language do not compile. */
interface Named {
  readonly documentTypes: Readonly<Record<DocumentType, string>>;
  readonly problems: Readonly<Record<ProblemCode, string>>;
  readonly signInOutcomes: Readonly<Record<SignInOutcome, string>>;
  readonly sources: Readonly<Record<Source, string>>;
}

/** The words of the pages: whatever Chinese has, each language has. */
export type Words = Widened<typeof zh> & Named;
