// What the hall, the people and the length of a visit are chosen with.

import { html } from "../base/preact.js";
import * as words from "../base/words.js";
import { text } from "./texts.js";

const LENGTHS = 24;
const STEP = 30;
const PURPOSES = { photo: "forPhoto", video: "forVideo", event: "forEvent", class: "forClass", other: "forOther" };
const MOST_PEOPLE = 40;

// Small rows, so that on a phone the days are not far below; whoever chose a hall sees more of it.
export function Halls({ halls, people, purpose, chosen, onChoose }) {
  const every = { id: "", name: text("anyHall"), shown: halls.map(({ photo }) => photo).filter(Boolean).slice(0, 4) };
  const hall = halls.find(({ id }) => id === chosen);
  return html`<fieldset class="halls">
      <legend>${text("hall")}</legend>
      ${[every, ...halls].map(
        (each) => html`<label class="hall" key=${each.id}>
          <input type="radio" name="hall" checked=${chosen === each.id} onChange=${() => onChoose(each.id)}
            disabled=${Boolean(each.id) && roomOf(each, purpose) < people} />
          <${Picture} photos=${each.shown || [each.photo].filter(Boolean)} />
          <span class="text">
            <b>${each.name}</b>
            <span class="small dim">${each.id ? sizeOf(each, purpose) : text("anyHallMore")}</span>
          </span>
        </label>`,
      )}
    </fieldset>
    ${hall && html`<${About} hall=${hall} />`}`;
}

// One photo, or four small ones for all halls together; the name beside it says what they show.
const Picture = ({ photos }) => html`<span class="picture ${photos.length > 1 ? "four" : ""}">
  ${photos.map(({ src, srcset }) => html`<img key=${src} src=${src} srcset=${srcset} sizes="7rem" alt="" loading="lazy" />`)}
</span>`;

const sizeOf = (hall, purpose) =>
  [hall.area_m2 && text("area", { area: hall.area_m2 }), text("upTo", { count: roomOf(hall, purpose) })].filter(Boolean).join(" · ");

function About({ hall }) {
  const { photo, description, equipment } = hall;
  if (!photo && !description && !equipment?.length) return null;
  return html`<section class="panel about" aria-label=${hall.name}>
    ${photo && html`<img src=${photo.src} srcset=${photo.srcset} sizes="(min-width: 52rem) 31rem, 100vw" alt=${photo.alt || hall.name} />`}
    <div class="text tight">
      ${description && html`<p>${description}</p>`}
      ${equipment?.length > 0 && html`<p class="small dim">${equipment.join(" · ")}</p>`}
    </div>
  </section>`;
}

// How many people a hall is let to; a studio may say another number for some purpose.
export const roomOf = ({ capacity, purpose_limits: limits }, purpose) =>
  limits?.find((each) => each.purpose === purpose)?.capacity ?? capacity;

export function Wishes({ halls, wish, onWish }) {
  const { hall, people, minutes, purpose } = wish;
  const shown = hall ? halls.filter(({ id }) => id === hall) : halls;
  const most = Math.min(Math.max(1, ...shown.map((each) => roomOf(each, purpose))), MOST_PEOPLE);
  return html`<div class="wishes">
    <${Choice} label=${text("length")} value=${minutes} values=${lengthsOf(shown, minutes)} say=${words.minutesLong} onChange=${(value) => onWish({ minutes: Number(value) })} />
    <${Choice} label=${text("people")} value=${people} values=${upTo(Math.max(most, people))} say=${String} onChange=${(value) => onWish({ people: Number(value) })} />
    <${Choice} label=${text("purpose")} value=${purpose} values=${Object.keys(PURPOSES)} say=${(each) => text(PURPOSES[each])} onChange=${(value) => onWish({ purpose: value })} />
  </div>`;
}

const Choice = ({ label, value, values, say, onChange }) => html`<label class="field">
  <span>${label}</span>
  <select value=${value} onChange=${(event) => onChange(event.target.value)}>
    ${values.map((each) => html`<option key=${each} value=${each} selected=${each === value}>${say(each)}</option>`)}
  </select>
</label>`;

const upTo = (most) => [...Array(most).keys()].map((index) => index + 1);

function lengthsOf(halls, minutes) {
  const least = Math.min(...halls.map((hall) => hall.min_minutes));
  const most = Math.max(...halls.map((hall) => hall.max_minutes));
  const offered = [...Array(LENGTHS).keys()].map((index) => least + index * STEP).filter((each) => each <= most);
  return [...new Set([...offered, minutes])].sort((a, b) => a - b);
}
