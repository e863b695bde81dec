// All that the desk says; each part has its file.

import { speaker } from "../base/words.js";
import card from "./texts_card.js";
import day from "./texts_day.js";
import messages from "./texts_messages.js";
import office from "./texts_office.js";
import people from "./texts_people.js";
import reports from "./texts_reports.js";
import settings from "./texts_settings.js";
import shell from "./texts_shell.js";

const parts = [card, day, messages, office, people, reports, settings, shell];
const all = (language, more) => Object.assign({}, ...[...parts, ...more].map((part) => part[language]));

// What is loaded later brings words of its own.
export const speaking = (...more) => speaker({ ru: all("ru", more), en: all("en", more) });

export const text = speaking();
