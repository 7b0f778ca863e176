import { fromClient } from "../../worker/program.ts";

export default fromClient("several cookies", {
  async fetch() {
    const headers = new Headers({ "set-cookie": "a=1; Path=/" });
    headers.append("Set-Cookie", "b=2, 3");
    headers.append("x-list", "1");
    headers.append("x-list", "2");
    const seen = [headers.get("set-cookie"), headers.getSetCookie(), [...headers].length];
    return new Response(JSON.stringify(seen), { headers });
  },
  async client({ fetch, note }) {
    const answer = await fetch("/");
    note("cookies", answer.headers.getSetCookie());
    note("list", answer.headers.get("x-list"));
    note("inside", await answer.json());
  },
});
