import type { Clock, ControlPlane, Hasher, SegmentStore } from "../types.ts";
import { Gate } from "./gate.ts";
import { Retrier } from "./retry.ts";

/** How much may happen at once on a page, over all its files. */
export interface Limits {
  /** Files between their first request and their last. */
  readonly files: number;
  /** Segments being hashed, waiting with their hash, or being sent: hashing keeps ahead of sending by the difference. */
  readonly segments: number;
  /** Segments being sent. Browsers open six connections to a host, some of them for preflights. */
  readonly sends: number;
}

export const PAGE_LIMITS: Limits = { files: 4, segments: 6, sends: 3 };

/** The ports and the shared gates that every transfer of a page works with. */
export interface Workshop {
  readonly control: ControlPlane;
  readonly store: SegmentStore;
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly retrier: Retrier;
  readonly files: Gate;
  readonly segments: Gate;
  readonly sends: Gate;
}

export interface Ports {
  readonly control: ControlPlane;
  readonly store: SegmentStore;
  readonly hasher: Hasher;
  readonly clock: Clock;
  /** 0 up to 1, as `Math.random`. */
  readonly random: () => number;
}

export function openWorkshop(ports: Ports, limits: Limits = PAGE_LIMITS): Workshop {
  return {
    ...ports,
    retrier: new Retrier(ports.clock, ports.random),
    files: new Gate(limits.files),
    segments: new Gate(limits.segments),
    sends: new Gate(limits.sends),
  };
}
