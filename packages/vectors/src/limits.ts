/** What an index takes at most: the documented limits of the service. Source: `platform.md` 5.3. */
export const MAX_DIMENSIONS = 1536;
export const MAX_ID_BYTES = 64;
export const MAX_NAMESPACE_BYTES = 64;
export const MAX_METADATA_BYTES = 10 * 1024;
export const MAX_BATCH = 1000;
export const MAX_TOP_K = 100;
/** Where values or all metadata come along. */
export const MAX_TOP_K_WHOLE = 50;
export const DEFAULT_TOP_K = 5;
export const MAX_METADATA_INDEXES = 10;
export const MAX_FILTER_BYTES = 2048;
export const MAX_FILTER_KEY_CHARACTERS = 512;
/** Of a text, these first bytes are compared. */
export const INDEXED_TEXT_BYTES = 64;
export const MAX_NAME_BYTES = 64;
/** Ids that one `getByIds` or `deleteByIds` names. */
export const MAX_IDS = 1000;
