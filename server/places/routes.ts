import { listAreasInForce } from '../../api/places/areas.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import type { App, Routes } from '../platform/http/app.ts';
import { open } from '../platform/http/rules.ts';
import { serve } from '../platform/http/serve.ts';
import type { AreaBook } from './area-book.ts';
import { createListAreas, type NameRegion } from './list-areas.ts';

/** Everybody may keep the list for so long: it is no secret, and changes a few times a day. */
const KEPT_SECONDS = 60;

/** Where people pick their stays from (R5). */
export function areaRoutes(
  book: Pick<AreaBook, 'inForce'>,
  nameRegion: NameRegion,
  clock: () => Instant,
): Routes {
  const list = createListAreas(book, nameRegion);
  return (app: App) => {
    serve(app, listAreasInForce, { ...open, importance: 'overview' }, async ({ query }, reply) => {
      const now = clock();
      reply.header('cache-control', `public, max-age=${KEPT_SECONDS}`);
      return { asOf: printInstant(now), areas: [...list(now, query.search)] };
    });
  };
}
