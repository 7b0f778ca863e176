/** Flags that programs ask for, and the date from which they are on by themselves. */
const DATES: Readonly<Record<string, string>> = {
  delete_all_deletes_alarm: "2026-02-24",
  durable_object_fetch_requires_full_url: "2021-11-10",
  enable_ctx_exports: "2025-11-17",
  enhanced_error_serialization: "2026-04-21",
  expose_global_message_channel: "2025-08-15",
  fetcher_no_get_put_delete: "2024-03-26",
  global_navigator: "2022-03-21",
  nodejs_compat: "2026-08-04",
  nodejs_compat_populate_process_env: "2025-04-01",
  rpc: "2024-04-03",
  rpc_params_dup_stubs: "2026-01-20",
  streams_enable_constructors: "2022-11-30",
  transformstream_enable_standard_constructor: "2022-11-30",
  url_standard: "2022-10-31",
  web_socket_auto_reply_to_close: "2026-04-07",
  web_socket_compression: "2023-08-15",
  websocket_standard_binary_type: "2026-03-17",
};

/** Flags that the host always behaves by, whatever the date. */
const ALWAYS_ON: ReadonlySet<string> = new Set([
  "enable_ctx_exports",
  "nodejs_compat",
  "nodejs_compat_populate_process_env",
  "rpc",
  "rpc_params_dup_stubs",
  "fetcher_no_get_put_delete",
]);

/** Names that switch a flag off. */
const OPPOSITES: Readonly<Record<string, string>> = {
  delete_all_preserves_alarm: "delete_all_deletes_alarm",
  legacy_error_serialization: "enhanced_error_serialization",
  web_socket_manual_reply_to_close: "web_socket_auto_reply_to_close",
};

/** What is on for a Worker, by its date and its flags. */
export type CompatibilityFlags = Readonly<Record<string, boolean>>;

/**
 * The flags of a Worker: on from their date, or by name.
 *
 * @example
 * ```ts
 * compatibilityFlags("2026-06-11", []).websocket_standard_binary_type; // true
 * ```
 */
export function compatibilityFlags(date: string, wanted: readonly string[]): CompatibilityFlags {
  const flags: Record<string, boolean> = {};
  for (const [name, from] of Object.entries(DATES)) {
    flags[name] = ALWAYS_ON.has(name) || date >= from;
  }
  for (const name of wanted) {
    const opposite = OPPOSITES[name] ?? (name.startsWith("no_") ? name.slice(3) : undefined);
    if (opposite !== undefined && opposite in flags) flags[opposite] = ALWAYS_ON.has(opposite);
    else if (/^\w+$/.test(name) && name !== "__proto__") flags[name] = true;
  }
  return Object.freeze(flags);
}

/** The global `Cloudflare` of the Worker that was started last. */
export function cloudflareGlobal(flags: CompatibilityFlags): object {
  return Object.defineProperty({}, "compatibilityFlags", {
    value: flags,
    enumerable: true,
  });
}
