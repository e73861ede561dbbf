import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '../../domain/people/document.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { rememberPeople } from './find-remembered.ts';

const [ONE, OTHER, UNKNOWN] = numbersApart(3).map(
  (number): Document => ({ type: 'resident-id', number }),
) as [Document, Document, Document];

describe('the person of a document that a door has asked about', () => {
  const asked: Document[] = [];
  const remember = (most?: number) => {
    asked.length = 0;
    const find = async (document: Document) => {
      asked.push(document);
      return document === UNKNOWN ? undefined : `person of ${document.number}`;
    };
    return rememberPeople(find, most);
  };

  test('is looked up once for this door, and anew when it says so', async () => {
    const people = remember();
    for (let i = 0; i < 3; i++) assert.equal(await people.find('gate', ONE), `person of ${ONE.number}`);
    assert.equal(asked.length, 1);
    await people.findAnew('gate', ONE);
    assert.equal(asked.length, 2);
  });

  test('is looked up again for another door, which must not learn from the time that somebody was here', async () => {
    const people = remember();
    await people.find('gate', ONE);
    await people.find('another gate', ONE);
    assert.equal(asked.length, 2);
  });

  test('is not remembered where there is nobody, nor beyond so many', async () => {
    const people = remember(1);
    for (const document of [UNKNOWN, UNKNOWN, ONE, OTHER, ONE]) await people.find('gate', document);
    assert.deepEqual(asked, [UNKNOWN, UNKNOWN, ONE, OTHER, ONE]);
  });
});
