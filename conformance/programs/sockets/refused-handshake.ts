import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    const { searchParams } = new URL(request.url);
    return new Response("no", { status: Number(searchParams.get("status")) });
  }
}

export default fromClient<{ Subject: Subject }>("a handshake that is refused", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    for (const status of [200, 401, 404, 500]) {
      note(`${status}`, await (await connect(`/?status=${status}`)).next());
    }
  },
});
