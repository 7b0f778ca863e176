import { inObject } from "../../worker/program.ts";

export default inObject("bookmarks", async ({ storage, note, fails }) => {
  await storage.put("a", 1);
  const bookmark = await storage.getCurrentBookmark();
  note("form", /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/.test(bookmark));
  await fails("for a time", () => storage.getBookmarkForTime(Date.now() - 1000));
  await fails("restore", () => storage.onNextSessionRestoreBookmark(bookmark));
  await fails("restore nonsense", () => storage.onNextSessionRestoreBookmark("nonsense"));
});
