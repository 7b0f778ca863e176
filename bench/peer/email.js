// Stands in for the runtime-internal module behind `cloudflare:email`, which the published SDK
// imports and plain workerd does not have.
class EmailMessage {
  constructor(from, to, raw) {
    this.from = from;
    this.to = to;
    this.raw = raw;
  }
}

export default { EmailMessage };
