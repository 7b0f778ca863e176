import versions from "../versions.json" with { type: "json" };

/** The published versions that everything here is compared with. */
export { versions };
