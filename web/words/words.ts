import type { ProblemCode } from '../../api/problem.ts';
import type { DocumentType } from '../../domain/people/document.ts';
import type { zh } from './zh.ts';

type Widened<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Name in keyof T]: Widened<T[Name]> };

/** The words of the pages: whatever Chinese has, each language has. */
export type Words = Widened<typeof zh>;

/** Words for every document and every problem there is: without one this does not compile. */
export type Complete = Words extends {
  readonly documentTypes: Readonly<Record<DocumentType, string>>;
  readonly problems: Readonly<Record<ProblemCode, string>>;
}
  ? Words
  : never;
