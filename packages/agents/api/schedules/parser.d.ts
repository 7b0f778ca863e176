import {
  getSchedulePrompt,
  ParsedSchedule,
  scheduleSchema,
} from "../shared.js";
export {
  getSchedulePrompt,
  ParsedSchedule,
  scheduleSchema,
};