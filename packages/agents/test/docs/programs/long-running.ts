import { Agent, callable, type Schedule } from "@freehold/agents";

type Progress = { log: string[]; step: number };

/** Steps that follow one another, work at intervals and by the calendar, and an end of its own. */
export class ProjectManager extends Agent<Env, Progress> {
  static options = { retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2 } };
  initialState: Progress = { log: [], step: 0 };

  async onStart() {
    await this.scheduleEvery(60, "poll");
    await this.schedule("0 8 * * *", "morningReport");
  }

  @callable()
  async start(steps: number) {
    await this.schedule(0, "nextStep", { left: steps });
  }

  async nextStep({ left }: { left: number }) {
    await this.keepAliveWhile(async () => {
      await this.retry(async (attempt) => {
        if (attempt === 1) throw new Error("slow model");
      });
      this.#note(`step ${left}`);
    });
    if (left > 1) await this.schedule(0, "nextStep", { left: left - 1 });
  }

  async poll(_payload: unknown, schedule: Schedule<unknown>) {
    if (schedule.type === "interval") this.#note(`poll every ${schedule.intervalSeconds}`);
  }

  async morningReport() {
    this.#note(`report at ${new Date().getUTCHours()}`);
  }

  @callable()
  async endIn(seconds: number) {
    const { id } = await this.schedule(seconds, "end");
    return (await this.getScheduleById(id))?.callback;
  }

  async end() {
    await this.destroy();
  }

  @callable()
  async plans() {
    const schedules = await this.listSchedules();
    return schedules.map(({ callback, type }) => `${callback} ${type}`).sort();
  }

  #note(text: string) {
    this.setState({ ...this.state, log: [...this.state.log, text] });
  }
}
