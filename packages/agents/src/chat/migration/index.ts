export {
  analyzeCorruption,
  autoTransformMessage,
  autoTransformMessages,
  type CorruptArrayMessage,
  isUIMessage,
  type LegacyMessage,
  type MigratableMessage,
  migrateMessagesToUIFormat,
  migrateToUIMessage,
  needsMigration,
} from "./older-names.ts";
