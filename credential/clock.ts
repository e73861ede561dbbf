import type { Instant } from '../domain/time.ts';

/** Both clocks of a phone, read at the same moment. */
export interface Ticks {
  /** What the phone takes for the time; anybody may set it. */
  readonly wall: Instant;
  /** Milliseconds since some moment; nobody can set it, but it may stand still while the phone sleeps. */
  readonly monotonicMs: number;
}

/** What a phone knows of the time of the service. */
export interface Clock {
  readonly ticks: Ticks;
  /** The time of the service at those ticks, give or take `uncertaintyMs`. */
  readonly time: Instant;
  readonly uncertaintyMs: number;
}

/** The time of the service now, as well as a phone can tell. */
export interface TimeNow {
  readonly now: Instant;
  readonly uncertaintyMs: number;
  /** By how much what the phone takes for the time is ahead; behind, when that is negative. */
  readonly wallAheadMs: number;
  /** Whether the clock of the phone was set since `setClock`, or may have been: then the service should be asked again. */
  readonly isDoubtful: boolean;
}

/** Clocks of phones go wrong by seconds a day. */
const DRIFT = 50e-6;
/** Less than this between both clocks is no jump: the two are never read at quite the same moment. */
const JUMP_MS = 1_500;
/** Less than this is nothing to speak of. */
export const CLOCK_TOLERANCE_MS = 5_000;

/**
 * What follows from something that the service signed for this very question: `signedAt`, cut off to whole seconds, lies
 * between asking and hearing. Undefined when the ticks cannot be (the monotonic clock never goes back).
 */
export function setClock(signedAt: Instant, sent: Ticks, received: Ticks): Clock | undefined {
  const elapsedMs = received.monotonicMs - sent.monotonicMs;
  if (!(elapsedMs >= 0) || !Number.isFinite(signedAt)) return undefined;
  const uncertaintyMs = (elapsedMs + 1_000) / 2;
  return { ticks: received, time: signedAt + uncertaintyMs, uncertaintyMs };
}

/** The time of the service at other ticks. */
export function timeAt(clock: Clock, ticks: Ticks): TimeNow {
  const elapsedMs = ticks.monotonicMs - clock.ticks.monotonicMs;
  const byWallMs = ticks.wall - clock.ticks.wall;
  const jumpMs = byWallMs - elapsedMs;
  const isJump = Math.abs(jumpMs) > JUMP_MS + Math.abs(elapsedMs) * DRIFT;
  // The monotonic clock may have stood still, or begun anew with the page; it never runs ahead.
  const isByWall = elapsedMs < 0 || (isJump && jumpMs > 0);
  const passedMs = isByWall ? byWallMs : elapsedMs;
  const now = clock.time + passedMs;
  return {
    now,
    uncertaintyMs: clock.uncertaintyMs + Math.abs(passedMs) * DRIFT,
    wallAheadMs: ticks.wall - now,
    isDoubtful: isJump || elapsedMs < 0,
  };
}

/** By how many seconds to tell that the clock of the phone is ahead (behind, when negative); undefined for right enough. */
export function clockFault({ wallAheadMs, uncertaintyMs }: TimeNow): number | undefined {
  const isRight = Math.abs(wallAheadMs) <= CLOCK_TOLERANCE_MS + uncertaintyMs;
  return isRight ? undefined : Math.round(wallAheadMs / 1_000);
}
