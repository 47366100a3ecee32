import type { Clock, ControlPlane, Hasher, Network, SegmentStore } from "../types.ts";
import { inBatches } from "./batches.ts";
import { Connectivity } from "./connectivity.ts";
import { Doorway } from "./doorway.ts";
import { Flow } from "./flow.ts";

/** What the world outside offers for sending. */
export interface SendingPorts {
  readonly control: ControlPlane;
  readonly store: SegmentStore;
  readonly hasher: Hasher;
  readonly network: Network;
  readonly clock: Clock;
  /** 0 up to 1, as `Math.random`. */
  readonly random: () => number;
}

/** As the options of the same names in `UploaderOptions`. */
export interface SendingSettings {
  readonly verify: boolean;
  readonly connections: number;
  readonly maxBytesPerSecond: number | null;
  readonly segmentBytes: number | null;
}

export const USUAL: SendingSettings = {
  verify: true,
  connections: 5,
  maxBytesPerSecond: null,
  segmentBytes: null,
};

/** What all transfers of a page work with. */
export interface Workshop extends Omit<SendingPorts, "network"> {
  readonly settings: SendingSettings;
  readonly connectivity: Connectivity;
  readonly flow: Flow;
  readonly doorway: Doorway;
  /** Aborts when the page is done with uploading. */
  readonly closing: AbortSignal;
}

export function openWorkshop(
  { network, ...ports }: SendingPorts,
  settings: SendingSettings,
  closing: AbortSignal,
): Workshop {
  const { clock } = ports;
  return {
    ...ports,
    control: inBatches(ports.control, clock),
    settings,
    connectivity: new Connectivity(network, clock),
    flow: new Flow(clock, settings),
    doorway: new Doorway(),
    closing,
  };
}
