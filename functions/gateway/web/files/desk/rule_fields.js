// What is asked of a rule, and how the API takes it. What a message may be sent on and by is read from the rules there are.

import * as words from "../base/words.js";
import { channelOf } from "./message_words.js";
import { text } from "./texts_wording.js";

const UNITS = { minutes: 1, hours: 60, days: 1440 };
const MOMENTS = ["start", "end", "hold_end"];
const DIRECTIONS = ["before", "after"];
const TIME = "time";

// "a day before the start", or the event.
export function occasionOf({ event, moment, minutes, template }) {
  if (!moment) return event === template.replace("_", ".") ? text("atOnce") : text("afterEvent", { event });
  const told = { time: words.minutesLong(Math.abs(minutes)), moment: text(`moment_${moment}`) };
  return text(minutes < 0 ? "timeBefore" : minutes > 0 ? "timeAfter" : "timeAt", told);
}

const unitOf = (minutes) => Object.keys(UNITS).findLast((unit) => minutes % UNITS[unit] === 0);

export function fieldsOf(rule, rules, halls) {
  const alike = rules.filter(({ template }) => template === rule.template);
  const events = [...new Set(alike.map(({ event }) => event).filter(Boolean))];
  const timed = alike.some(({ moment }) => moment);
  const channels = [...new Set(alike.flatMap((each) => each.channels))];
  const long = Math.abs(rule.minutes ?? -1440);
  const unit = unitOf(long);
  const { condition } = rule;
  return [
    ...(events.length + timed > 1 ? [{ name: "event", label: text("ruleWhen"), value: rule.event || TIME, options: [...events.map((event) => [event, occasionOf({ event, template: rule.template })]), ...(timed ? [[TIME, text("ruleTimed")]] : [])] }] : []),
    ...(timed ? [
      { name: "minutes", type: "number", label: text("ruleLong"), value: String(long / UNITS[unit]), min: 0, step: "any", required: true },
      { name: "unit", label: text("ruleUnit"), value: unit, options: Object.keys(UNITS).map((each) => [each, text(`unit_${each}`)]) },
      { name: "moment", label: text("ruleMoment"), value: `${(rule.minutes ?? -1) < 0 ? "before" : "after"} ${rule.moment || "start"}`, options: MOMENTS.flatMap((moment) => DIRECTIONS.map((each) => [`${each} ${moment}`, text(each === "before" ? "sideBefore" : "sideAfter", { moment: text(`moment_${moment}`) })])) },
    ] : []),
    ...channels.map((_, index) => ({ name: `channel${index}`, label: text(index ? "ruleInstead" : "ruleFirst"), value: rule.channels[index] || "", options: [...(index ? [["", text("ruleNobody")]] : []), ...channels.map((each) => [each, channelOf(each)])] })),
    { name: "owes", label: text("ruleOwes"), value: String(condition.owes ?? ""), options: ["", "true", "false"].map((each) => [each, text(`owes_${each || "any"}`)]) },
    { name: "total_from", type: "money", label: text("ruleTotal"), value: condition.total_from ? String(condition.total_from.amount / 100).replace(".", ",") : "" },
    ...halls.map(({ id, name }) => ({ name: id, type: "checkbox", label: text("ruleHall", { name }), value: !condition.hall_ids || condition.hall_ids.includes(id) })),
    { name: "urgent", type: "checkbox", label: text("ruleUrgent"), value: rule.urgent },
    { name: "active", type: "checkbox", label: text("ruleActive"), value: rule.active },
  ];
}

// `said` is what `fieldsOf` asked for. A new rule has no version.
export function bodyOf(rule, said, halls, isNew = false) {
  const [direction, moment] = said.moment?.split(" ") || [];
  const minutes = Math.round((said.minutes ?? NaN) * UNITS[said.unit]) * (direction === "before" ? -1 : 1);
  const timed = said.moment && (!said.event || said.event === TIME);
  const chosen = halls.filter(({ id }) => said[id]).map(({ id }) => id);
  const condition = { statuses: rule.condition.statuses, owes: said.owes ? said.owes === "true" : null, total_from: said.total_from || null, hall_ids: chosen.length === halls.length ? null : chosen };
  const when = timed ? { moment, minutes } : { event: said.event || rule.event };
  const channels = Object.keys(said).filter((name) => /^channel\d$/.test(name)).map((name) => said[name]).filter(Boolean);
  return { template: rule.template, audience: rule.audience, ...when, channels, condition, urgent: said.urgent, active: said.active, ...(isNew ? {} : { version: rule.version }) };
}
