import { message, outcome, sender } from "../../worker/email.ts";
import { inWorker } from "../../worker/program.ts";

const NAMES = ["EMAIL", "EMAIL_TO_ONE", "EMAIL_TO_SOME", "EMAIL_FROM_ONE", "EMAIL_TO_NOBODY"];

export default inWorker("whom a binding may send from and to", async ({ note }) => {
  for (const name of NAMES) {
    for (const to of ["one@dest.test", "two@dest.test", "ONE@dest.test", "other@dest.test"]) {
      const written = await outcome(() => sender(name).send(message({}, undefined, to)));
      note(`${name}, written, to ${to}`, written);
      for (const from of ["one@own.test", "ONE@own.test", "other@own.test"]) {
        const fields = { from, to, subject: "S", text: "T" };
        note(`${name} from ${from} to ${to}`, await outcome(() => sender(name).send(fields)));
      }
    }
    const fields = { from: { name: "One", email: "one@own.test" }, subject: "S", text: "T" };
    const many = ["one@dest.test", { name: "Two", email: "two@dest.test" }];
    note(`${name} to two`, await outcome(() => sender(name).send({ ...fields, to: many })));
  }
});
