import { inObject } from "../../worker/program.ts";

// Each name that some build of SQLite knows as a function, with the fewest arguments that it takes.
const NAMES =
  `abs acos acosh asin asinh atan atan2 atanh avg base64 base85 bm25 ceil ceiling changes char
  coalesce concat concat_ws cos cosh count cume_dist current_date current_time current_timestamp date
  datetime decimal degrees dense_rank edit exp first_value floor format fts5 fts5_get_locale fts5_insttoken fts5_locale
  fts5_source_id geopoly_area geopoly_within glob group_concat hex highlight if ifnull iif instr json json_array
  json_array_insert json_array_length json_error_position json_extract json_group_array json_group_object json_insert
  json_object json_patch json_pretty json_quote json_remove json_replace json_set json_type json_valid
  jsonb jsonb_array jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object
  jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag last_insert_rowid last_value lead
  length like likelihood likely ln load_extension log log10 log2 lower ltrim match matchinfo max median
  min mod nth_value ntile nullif octet_length offsets optimize percent_rank percentile percentile_cont pi pow power
  printf quote radians random randomblob rank readfile regexp replace round row_number rtreecheck
  rtreedepth rtreenode rtrim sha3 sign sin sinh snippet soundex sqlite_compileoption_get
  sqlite_compileoption_used sqlite_log sqlite_offset sqlite_source_id sqlite_version sqrt stddev
  strftime string_agg substr substring subtype sum tan tanh time timediff total total_changes trim
  trunc typeof unhex unicode unistr unistr_quote unixepoch unknown unlikely upper uuid writefile
  zeroblob`.split(/\s+/);

export default inObject("which functions there are", async ({ sql, note }) => {
  const verdict = (name: string) => {
    for (const list of ["", "1", "1, 2", "1, 2, 3", "'x'"]) {
      for (const over of ["", " OVER ()"]) {
        try {
          sql.exec(`SELECT ${name}(${list})${over}`);
          return "known";
        } catch (error) {
          const { message } = error as Error;
          if (message.startsWith("not authorized")) return "refused";
          if (message.startsWith("no such function")) return "unknown";
        }
      }
    }
    return "known";
  };
  for (const name of NAMES) note(name, verdict(name));
});
