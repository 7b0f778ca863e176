/** The module by which a test file's process learns which Worker it tests. */
export const PROJECT_MODULE = "virtual:freehold-testing/project";
