/** Less than the five minutes by which a signature may be off (the AWS client's own margin). */
const TOLERANCE_MS = 240_000;

/** The service's time: sandboxes that were frozen and thawed may have another. */
export class ServiceClock {
  #aheadMs = 0;

  /** In the form of the `x-amz-date` header: `20260131T054820Z`. */
  now(): string {
    return new Date(this.#nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  }

  /**
   * Learns the time from the `date` header of a refusal.
   * @returns whether this clock was too far off; it is corrected then
   */
  correct(date: string | undefined): boolean {
    const serviceMs = Date.parse(date ?? '');
    const isOff = Math.abs(serviceMs - this.#nowMs) >= TOLERANCE_MS;
    if (isOff) this.#aheadMs = serviceMs - Date.now();
    return isOff;
  }

  get #nowMs(): number {
    return Date.now() + this.#aheadMs;
  }
}
