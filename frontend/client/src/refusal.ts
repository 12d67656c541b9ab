/**
 * Why a command was not carried out; with `unavailable`, `closed` and a `reset` without `retry` it is not known
 * whether it was.
 */
export class Refusal extends Error {
  /**
   * The server's code (docs/protocol.md, section 4), or one of the client's own: `invalid_json`, `invalid_type`, `too_large`,
   * `queue_full`, `reset`, `replaced`, `closed`.
   */
  readonly code: string;
  /** Whether sending the same thing again, as a new command, may work. */
  readonly retry: boolean;

  constructor(code: string, message: string, retry: boolean) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.retry = retry;
  }
}

/** A command that was carried out: the number of its last event, and whether it had been carried out before. */
export interface Applied {
  readonly seq: number;
  readonly dup: boolean;
}
