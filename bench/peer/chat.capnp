# The peer of the chat: the published SDK on plain workerd, with SQLite on local disk. The address and
# the data directory are given on the command line.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .chat),
    (name = "objects", disk = (path = "data", writable = true)),
  ],
  extensions = [
    (modules = [(name = "cloudflare-internal:email", internal = true, esModule = embed "email.js")]),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const chat :Workerd.Worker = (
  modules = [(name = "chat-worker.js", esModule = embed "chat-worker.js")],
  compatibilityDate = "2026-06-11",
  compatibilityFlags = ["nodejs_compat"],
  durableObjectNamespaces = [(className = "BenchChat", uniqueKey = "bench-BenchChat", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
  bindings = [(name = "BenchChat", durableObjectNamespace = "BenchChat")],
);
