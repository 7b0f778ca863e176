export { openObjectStores, type Storage } from "./open.ts";
