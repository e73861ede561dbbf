import type { FastifyReply, FastifyRequest } from 'fastify';
import { giveUp } from './bodies.ts';

/** Requests whose bodies are on their way. */
export interface Arriving {
  readonly add: (request: FastifyRequest, reply: FastifyReply) => void;
  readonly leave: (request: FastifyRequest) => void;
  readonly count: () => number;
}

/** A body that is sent at once is here for a moment: so many are never on their way but by those who send slowly. */
const MOST = 1_024;

/**
 * Keeps those that arrive. When there are too many, the one that has been arriving for longest is given up, so that whoever
 * sends slowly on many connections is in nobody's way but of their own kind.
 */
export function createArriving(most = MOST): Arriving {
  const requests = new Map<FastifyRequest, FastifyReply>();
  return {
    add: (request, reply) => {
      const [oldest] = requests.size >= most ? requests : [];
      if (oldest) {
        requests.delete(oldest[0]);
        giveUp({ request: oldest[0], reply: oldest[1] });
      }
      requests.set(request, reply);
    },
    leave: (request) => {
      requests.delete(request);
    },
    count: () => requests.size,
  };
}
