// All that the booking page says; each part has its file.

import { speaker } from "../base/words.js";
import choice from "./texts_choice.js";
import visit from "./texts_visit.js";

export const text = speaker({ ru: { ...choice.ru, ...visit.ru }, en: { ...choice.en, ...visit.en } });
