// What invoices say of the studio itself; administrators alone may change it.

import { html } from "../base/preact.js";
import { Deed } from "./deed.js";
import { text } from "./texts.js";

const TOLD_ELSEWHERE = ["hold", "logo", "payment_methods"];

export function Requisites({ session, studio, done }) {
  const known = studio.requisites || {};
  const field = (name, value = "", more = {}) => ({ name, label: text(`studio_${name}`), value, ...more });
  const fields = [
    field("legal_name", studio.legal_name, { maxlength: 200 }), field("inn", studio.inn, { inputmode: "numeric", maxlength: 12 }),
    field("kpp", known.kpp, { inputmode: "numeric", maxlength: 9 }), field("address", known.address, { maxlength: 300 }),
    field("bank", known.bank?.bank, { maxlength: 200 }), field("bik", known.bank?.bik, { inputmode: "numeric", maxlength: 9 }),
    field("account", known.bank?.account, { inputmode: "numeric", maxlength: 20 }), field("signer", known.signer, { maxlength: 200 }),
  ];
  const body = ({ legal_name: legal, inn, bank, bik, account, ...rest }) => {
    const own = Object.fromEntries(Object.entries(studio).filter(([name]) => !TOLD_ELSEWHERE.includes(name)));
    const said = { ...known, ...rest, ...(account ? { bank: { ...known.bank, bank, bik, account } } : {}) };
    return { ...own, legal_name: legal, inn, requisites: said };
  };
  return html`<section class="panel stack"><h2>${text("requisites")}</h2><${Deed} plain session=${session} method="PUT" path="v1/studio" fields=${fields} body=${body} label=${text("save")} onDone=${() => done()} /></section>`;
}
