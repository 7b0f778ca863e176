interface Env extends Cloudflare.Env {
  ReminderAgent: DurableObjectNamespace<import("./push.ts").ReminderAgent>;
  WebhookAgent: DurableObjectNamespace<import("./webhooks.ts").WebhookAgent>;
  Room: DurableObjectNamespace<import("./room.ts").Room>;
  ProjectManager: DurableObjectNamespace<import("./long-running.ts").ProjectManager>;
  API: DurableObjectNamespace<import("./http.ts").API>;
  ChatAgent: DurableObjectNamespace<import("./http.ts").ChatAgent>;
  UserAgent: DurableObjectNamespace<import("./http.ts").UserAgent>;
}
