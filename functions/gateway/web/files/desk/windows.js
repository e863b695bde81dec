// The windows that open over any view: a booking, a customer, a new booking.

import { html } from "../base/preact.js";
import { Card } from "./card.js";
import { CustomerWindow } from "./customer.js";
import { Booking } from "./new.js";
import { Series } from "./series.js";

export function Windows({ window, ...tools }) {
  if (window?.kind === "card")
    return html`<${Card} key=${window.id} ...${tools} id=${window.id} to=${window.to} moves=${window.move} first=${tools.visits?.find(({ id }) => id === window.id)} />`;
  if (window?.kind === "customer") return html`<${CustomerWindow} key=${window.id} ...${tools} id=${window.id} />`;
  if (window?.kind === "series") return html`<${Series} key=${window.id} ...${tools} id=${window.id} />`;
  if (window?.kind === "new") return html`<${Booking} ...${tools} at=${window} />`;
  return null;
}
