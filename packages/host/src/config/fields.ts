/** Fields that flow from the top of the file into a named environment. */
export const INHERITED: ReadonlySet<string> = new Set([
  "name",
  "main",
  "compatibility_date",
  "compatibility_flags",
  "migrations",
  "exports",
  "assets",
  "triggers",
  "routes",
  "route",
  "limits",
  "access",
  "cache",
]);

/** Fields that the host reads. */
export const SUPPORTED: ReadonlySet<string> = new Set([
  "name",
  "main",
  "compatibility_date",
  "compatibility_flags",
  "durable_objects",
  "migrations",
  "exports",
  "vars",
  "secrets",
  "assets",
  "env",
]);

/** Fields about building for, deploying to or watching on Cloudflare: nothing to do on a host of one's own. */
export const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "$schema",
  "account_id",
  "base_dir",
  "build",
  "dev",
  "find_additional_modules",
  "keep_names",
  "keep_vars",
  "logpush",
  "minify",
  "no_bundle",
  "observability",
  "placement",
  "preview_urls",
  "tsconfig",
  "upload_source_maps",
  "workers_dev",
]);

/** Fields that put something on `env`, which will be missing. */
export const UNSUPPORTED_BINDINGS: ReadonlySet<string> = new Set([
  "agent_memory",
  "ai",
  "ai_search",
  "ai_search_namespaces",
  "analytics_engine_datasets",
  "artifacts",
  "browser",
  "containers",
  "d1_databases",
  "dispatch_namespaces",
  "flagship",
  "hyperdrive",
  "images",
  "kv_namespaces",
  "media",
  "mtls_certificates",
  "pipelines",
  "queues",
  "r2_buckets",
  "ratelimits",
  "secrets_store_secrets",
  "send_email",
  "services",
  "stream",
  "vectorize",
  "version_metadata",
  "websearch",
  "worker_loaders",
  "workflows",
]);

/** Compatibility flags whose behaviour the host has anyway. */
export const KNOWN_FLAGS: ReadonlySet<string> = new Set([
  "enable_ctx_exports",
  "global_navigator",
  "nodejs_als",
  "nodejs_compat",
  "nodejs_compat_populate_process_env",
  "nodejs_compat_v2",
  "streams_enable_constructors",
  "transformstream_enable_standard_constructor",
  "web_socket_auto_reply_to_close",
  "websocket_standard_binary_type",
]);
